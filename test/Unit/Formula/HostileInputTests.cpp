//===- HostileInputTests.cpp - nothing crashes the front end --------------===//
//
// Deep, enormous and broken texts, and bounded random changes of the corpus of
// the fuzzer (test/Fuzz/FormulaFuzzer.cpp), which has the same entry point.
//
//===----------------------------------------------------------------------===//

#include "TestChecker.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"
#include <random>

using namespace keops;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static std::string repeated(llvm::StringRef text, unsigned count) {
  std::string result;
  for (unsigned i = 0; i < count; ++i)
    result += text;
  return result;
}

static void expectError(const std::string &text, llvm::StringRef message) {
  Checked checked = check(text);
  EXPECT_FALSE(checked.module.has_value());
  EXPECT_NE(checked.messages.find(message), std::string::npos)
      << checked.messages.substr(0, 1000);
}

TEST(HostileInput, DeepNesting) {
  for (llvm::StringRef open :
       {"(", "[", "-", "not ", "f(", "x[", "let a = 1 in ", "x^", "let a = "})
    expectError("kernel k(i x) = " + repeated(open, 100000), "are open here");
  expectError("kernel k(i x) = x" + repeated(" + x", 100000), "levels");
  expectError("kernel k(i x) = x" + repeated("[0]", 100000), "levels");
  EXPECT_TRUE(
      check("kernel k(i x) = x" + repeated(" + x", 900)).module.has_value());
  EXPECT_TRUE(
      check("kernel k(i x) = " + repeated("(", 200) + "x" + repeated(")", 200))
          .module.has_value());
}

TEST(HostileInput, DeepFunctions) {
  std::string text = "def f0(x) = x\n";
  for (int i = 1; i <= 3000; ++i)
    text += "def f" + std::to_string(i) + "(x) = f" + std::to_string(i - 1) +
            "(x + " + std::to_string(i) + ")\n";
  expectError(text + "kernel k(i x) = f3000(x)", "levels");
}

TEST(HostileInput, ExplodingFunctions) {
  // The arguments of equal depth all differ, so nothing can be shared.
  std::string text = "def f0(x) = x + 1\n";
  for (int i = 1; i <= 60; ++i) {
    std::string inner = " f" + std::to_string(i - 1);
    text += "def f" + std::to_string(i) + "(x) =" + inner + "(x + 1) *" +
            inner + "(x * 2)\n";
  }
  expectError(text + "kernel k(i x) = f60(x)", "operations");
}

TEST(HostileInput, ManyLets) {
  std::string text = "kernel k(i x) = let a0 = x ";
  for (int i = 1; i <= 20000; ++i)
    text += "let a" + std::to_string(i) + " = a" + std::to_string(i - 1) +
            " + " + std::to_string(i) + " ";
  Checked checked = check(text + "in a20000");
  EXPECT_TRUE(checked.module.has_value()) << checked.messages;
}

TEST(HostileInput, HugeNumbers) {
  expectError("const A = " + std::string(100000, '9'), "does not fit 64 bits");
  expectError("const A = 1e" + std::string(100000, '9'),
              "is larger than any f64");
  expectError("kernel k(i x[9223372036854775807, 9223372036854775807]) = x",
              "between 1 and 1048576");
  expectError("kernel k(i x[3]) = x[9223372036854775807]", "out of bounds");
  expectError("kernel k(i x[3]) = x[9223372036854775806:9223372036854775807]",
              "out of bounds");
  expectError("kernel k(i x, j y) = kmin_j(x - y, 9223372036854775807)",
              "between 1 and 65536");
  expectError("kernel k(i x) = repeat(x, 1e300)", "must be an integer");
}

TEST(HostileInput, BrokenText) {
  expectError(std::string("kernel k(i x) = \0 x", 19),
              "control character 0x00");
  expectError("kernel k(i x) = \xFF\xFE x", "not UTF-8");
  expectError("kernel k(i x) = \xC3", "not UTF-8");
  expectError(std::string(100000, '\xFF'), "not UTF-8");
  expectError("/*", "never ends");
  expectError("const A = \"", "never ends");
  EXPECT_TRUE(check("").module.has_value());
  EXPECT_TRUE(check("\xEF\xBB\xBF// a byte order mark\r\nconst A = 3\r\n")
                  .module.has_value());
}

/// One random change: a byte, a piece removed, a piece repeated elsewhere.
static void mutate(std::string &text, std::mt19937 &random) {
  auto below = [&](size_t bound) { return bound ? random() % bound : 0; };
  size_t at = below(text.size()), length = below(20);
  static constexpr llvm::StringLiteral marks =
      "()[]{},:=+-*/^<>!\"0123456789ij\n\0\xFF";
  switch (random() % 4) {
  case 0:
    if (!text.empty())
      text[at] = marks[below(marks.size())];
    return;
  case 1:
    text.erase(at, length);
    return;
  case 2:
    text.insert(below(text.size()), text.substr(at, length));
    return;
  default:
    text.resize(at);
  }
}

TEST(HostileInput, BoundedMutationsOfTheCorpus) {
  std::mt19937 random(1);
  std::error_code error;
  std::vector<std::string> files;
  for (llvm::sys::fs::directory_iterator it(KEOPS_CORPUS, error), end;
       it != end && !error; it.increment(error))
    files.push_back(it->path());
  std::sort(files.begin(), files.end());
  ASSERT_GE(files.size(), 4u);
  for (const std::string &file : files) {
    std::string seed = (*llvm::MemoryBuffer::getFile(file))->getBuffer().str();
    for (int round = 0; round < 250; ++round) {
      std::string text = seed;
      for (unsigned change = random() % 8 + 1; change > 0; --change)
        mutate(text, random);
      LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(text.data()),
                             text.size());
    }
  }
}
