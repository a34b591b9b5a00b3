//===- NpyTests.cpp - reading and writing .npy ----------------------------===//

#include "keops/Compiler/Run/Npy.h"

#include "gtest/gtest.h"

#include <random>

using namespace keops;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/// A file of version 1 with this header, and `elements` bytes of zeros.
static std::string makeFile(const std::string &header, size_t elements) {
  std::string file("\x93NUMPY\1\0", 8);
  file += static_cast<char>(header.size() & 0xff);
  file += static_cast<char>(header.size() >> 8);
  return file + header + std::string(elements, '\0');
}

static std::string messageOf(llvm::StringRef file) {
  llvm::Expected<Array> array = parseNpy(file);
  return array ? "" : llvm::toString(array.takeError());
}

TEST(Npy, RoundTrip) {
  Array array;
  array.type = KernelArray::Type::F32;
  array.shape = {2, 3};
  array.bytes.resize(24);
  for (int i = 0; i < 6; ++i)
    storeReal(array, i, 0.1 * i);
  std::string file = formatNpy(array);
  llvm::Expected<Array> again = parseNpy(file);
  ASSERT_TRUE(static_cast<bool>(again));
  EXPECT_EQ(again->shape, array.shape);
  EXPECT_EQ(again->bytes, array.bytes);
  // Elements are aligned for memory mapping.
  EXPECT_EQ((file.size() - array.bytes.size()) % 64, 0u);
}

TEST(Npy, Scalars) {
  std::string file =
      makeFile("{'descr': '<f8', 'fortran_order': False, 'shape': (), }", 8);
  llvm::Expected<Array> array = parseNpy(file);
  ASSERT_TRUE(static_cast<bool>(array));
  EXPECT_TRUE(array->shape.empty());
}

TEST(Npy, Python2AndOrderOfKeys) {
  std::string file = makeFile(
      "{\"shape\":(3L,),\"fortran_order\":True,\"descr\":\"<i4\"}\n", 12);
  EXPECT_EQ(messageOf(file), "");
}

TEST(Npy, HostileShapes) {
  auto with = [](const std::string &shape) {
    return messageOf(makeFile(
        "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }",
        0));
  };
  EXPECT_NE(with("(9223372036854775807, 9223372036854775807)"), "");
  EXPECT_NE(with("(4611686018427387904, 4)"), "");
  EXPECT_NE(with("(99999999999999999999,)"), "");
  EXPECT_NE(with("(-1,)"), "");
  EXPECT_NE(with("(1"), "");
  EXPECT_EQ(with("(0, 9223372036854775807, 9223372036854775807)"), "");
  std::string deep = "(";
  for (int i = 0; i < 100; ++i)
    deep += "1, ";
  EXPECT_NE(with(deep + ")"), "");
}

TEST(Npy, LyingHeaderLength) {
  std::string file = makeFile("{}", 0);
  file[8] = '\xff';
  file[9] = '\xff';
  EXPECT_EQ(messageOf(file), "it is cut off in its header");
  EXPECT_EQ(messageOf(file.substr(0, 9)), "it is cut off in its header");
  EXPECT_EQ(messageOf(std::string("\x93NUMPY\7\0", 8)),
            "its format version 7 is unknown");
}

/// Every file cut short, and thousands with a few bytes changed.
TEST(Npy, BoundedFuzz) {
  Array array;
  array.shape = {3, 4};
  array.bytes.resize(48);
  std::string seed = formatNpy(array);
  auto run = [](const std::string &file) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(file.data()),
                           file.size());
  };
  for (size_t length = 0; length <= seed.size(); ++length)
    run(seed.substr(0, length));
  std::mt19937 random(1);
  const std::string alphabet = "(){}[],:'\"0123456789LTFfiV<>| \0\xff";
  for (int round = 0; round < 20000; ++round) {
    std::string file = seed;
    for (int change = random() % 6; change >= 0; --change)
      file[random() % file.size()] = alphabet[random() % alphabet.size()];
    run(file);
  }
}
