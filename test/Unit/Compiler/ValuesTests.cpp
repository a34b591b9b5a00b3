//===- ValuesTests.cpp - data written on a command line -------------------===//

#include "keops/Compiler/Run/Values.h"

#include "gtest/gtest.h"

#include <cstring>

using namespace keops;
using Type = KernelArray::Type;
using Shape = std::vector<int64_t>;

static std::string messageOf(llvm::StringRef text, Type type) {
  llvm::Expected<Array> array = parseValue(text, type);
  return array ? "" : llvm::toString(array.takeError());
}

static Array valueOf(llvm::StringRef text, Type type) {
  return llvm::cantFail(parseValue(text, type));
}

TEST(Values, Lists) {
  Array array = valueOf("[[1, 2.5, -3], [4, inf, 1e-3]]", Type::F64);
  EXPECT_EQ(array.shape, (Shape{2, 3}));
  EXPECT_EQ(elementText(array, 1), "2.5");
  EXPECT_EQ(elementText(array, 2), "-3");
  EXPECT_EQ(elementText(array, 4), "inf");
  EXPECT_EQ(valueOf("[]", Type::F32).shape, (Shape{0}));
  EXPECT_EQ(valueOf("7", Type::I64).shape, Shape{});
}

TEST(Values, WrongLists) {
  for (const char *text : {"[", "[1", "[1,", "[1 2]", "[[1], 2]", "[1, [2]]",
                           "[1]]", "x", "[1, x]", "[[[[[[[[[[1]]]]]]]]]]", ""})
    EXPECT_NE(messageOf(text, Type::F32), "") << text;
}

TEST(Values, ExactIntegers) {
  EXPECT_EQ(elementText(valueOf("9007199254740993", Type::I64), 0),
            "9007199254740993");
  EXPECT_EQ(elementText(valueOf("1e3", Type::I32), 0), "1000");
  EXPECT_NE(messageOf("0.5", Type::I32), "");
  EXPECT_NE(messageOf("3000000000", Type::I32), "");
  EXPECT_NE(messageOf("1e60", Type::F32), "");
  EXPECT_EQ(messageOf("inf", Type::F32), "");
}

TEST(Values, Halves) {
  EXPECT_EQ(elementText(valueOf("0.5", Type::F16), 0), "0.5");
  EXPECT_EQ(elementText(valueOf("-2", Type::BF16), 0), "-2");
  EXPECT_NE(messageOf("1e6", Type::F16), "");
}

TEST(Values, Generators) {
  Array first = valueOf("rand(100, 3, seed=1)", Type::F32);
  EXPECT_EQ(first.shape, (Shape{100, 3}));
  EXPECT_EQ(first.bytes, valueOf("rand(100,3,seed=1)", Type::F32).bytes);
  EXPECT_NE(first.bytes, valueOf("rand(100,3,seed=2)", Type::F32).bytes);
  for (int64_t i = 0; i < first.size(); ++i) {
    float value;
    std::memcpy(&value, first.bytes.data() + 4 * i, 4);
    EXPECT_TRUE(value >= 0 && value < 1);
  }
  EXPECT_EQ(elementText(valueOf("arange(5)", Type::I64), 4), "4");
  for (const char *text :
       {"rand()", "rand(-1)", "rand(1, x)", "randint(3)", "randint(3, high=0)",
        "rand(3, high=2)", "noise(3)", "rand(9000000000000000000, 9)"})
    EXPECT_NE(messageOf(text, Type::F32), "") << text;
}
