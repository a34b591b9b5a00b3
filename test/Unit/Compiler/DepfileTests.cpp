//===- DepfileTests.cpp - names as Make reads them ------------------------===//

#include "keops/Compiler/Depfile.h"

#include "gtest/gtest.h"

using namespace keops;

TEST(Depfile, Escapes) {
  EXPECT_EQ(escapeForMake("plain.kop"), "plain.kop");
  EXPECT_EQ(escapeForMake("a b.kop"), "a\\ b.kop");
  EXPECT_EQ(escapeForMake("a#b$c"), "a\\#b$$c");
  // Backslashes count only before a space.
  EXPECT_EQ(escapeForMake("a\\b"), "a\\b");
  EXPECT_EQ(escapeForMake("a\\ b"), "a\\\\\\ b");
}

TEST(Depfile, Rules) {
  EXPECT_EQ(emitDepfile({"o.o"}, {"a.kop", "b.kop"}, /*phony=*/true),
            "o.o: \\\n  a.kop \\\n  b.kop\n\nb.kop:\n");
  EXPECT_EQ(emitDepfile({"o.o", "p"}, {}, /*phony=*/true), "o.o p:\n");
}
