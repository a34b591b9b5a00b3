//===- DiagnosticsTests.cpp - rendering, warning options, suggestions -----===//

#include "keops/Support/Diagnostics.h"
#include "keops/Support/Spelling.h"
#include "gtest/gtest.h"

using namespace keops;

namespace {
struct Fixture {
  SourceManager sources;
  DiagnosticEngine diagnostics{sources};

  std::string shown(DiagnosticsFormat format = DiagnosticsFormat::Text) {
    std::string text;
    llvm::raw_string_ostream os(text);
    diagnostics.print(os, {format, false});
    return text;
  }
};
} // namespace

TEST(Rendering, CaretAndHighlights) {
  Fixture f;
  FileId file = f.sources.addBuffer("a\n\tsum(x * b)\n", "t.kop");
  f.diagnostics.error({file, 9, 10}, "message")
      .highlight({file, 7, 8})
      .highlight({file, 11, 12})
      .note("a note")
      .note("elsewhere", {file, 0, 1})
      .repair("a repair", {file, 9, 10}, "+");
  EXPECT_EQ(f.shown(), "t.kop:2:8: error: message\n"
                       "  sum(x * b)\n"
                       "      ~ ^ ~\n"
                       "  note: a note\n"
                       "  t.kop:1:1: note: elsewhere\n"
                       "  repair: a repair\n");
}

TEST(Rendering, WideBrokenAndLongText) {
  Fixture f;
  std::string text = "\xC3\xA9\xFF\x01\xE6\xBC\xA2 x\n" +
                     std::string(1000, 'a') + "x" + std::string(1000, 'b');
  FileId file = f.sources.addBuffer(text, "t.kop");
  f.diagnostics.error({file, 8, 9}, "here");
  f.diagnostics.error({file, 1010, 1011}, "far");
  std::string shown = f.shown();
  // One column, two for what is no character, two for a wide one.
  EXPECT_NE(shown.find("\n  \xC3\xA9??\xE6\xBC\xA2 x\n        ^\n"),
            std::string::npos)
      << shown;
  EXPECT_NE(shown.find("...aaa"), std::string::npos);
  EXPECT_LT(shown.size(), 600u);
}

TEST(Rendering, InTheOrderOfTheText) {
  Fixture f;
  FileId file = f.sources.addBuffer("ab", "t.kop");
  f.diagnostics.error({}, "placeless");
  f.diagnostics.error({file, 1, 2}, "second");
  f.diagnostics.error({file, 0, 1}, "first");
  f.diagnostics.error({file, 0, 1}, "first");
  std::string shown = f.shown();
  EXPECT_LT(shown.find("first"), shown.find("second"));
  EXPECT_LT(shown.find("second"), shown.find("placeless"));
  EXPECT_EQ(f.diagnostics.errorCount(), 3u);
}

TEST(Rendering, Json) {
  Fixture f;
  FileId file = f.sources.addBuffer("ab \xFF", "t.kop");
  f.diagnostics.error({file, 0, 2}, "bad \"text\"")
      .repair("fix", {file, 0, 2}, "c");
  EXPECT_EQ(
      f.shown(DiagnosticsFormat::Json),
      "{\"column\":1,\"endColumn\":3,\"endLine\":1,\"file\":\"t.kop\","
      "\"highlights\":[],\"line\":1,"
      "\"message\":\"bad "
      "\\\"text\\\"\",\"notes\":[],\"repairs\":[{\"column\":1,\"endColumn\":3,"
      "\"endLine\":1,\"file\":\"t.kop\",\"line\":1,\"message\":\"fix\","
      "\"replacement\":\"c\"}],"
      "\"severity\":\"error\"}\n");
}

TEST(Warnings, Options) {
  WarningOptions options;
  EXPECT_TRUE(options.isEnabled("shadow"));
  EXPECT_FALSE(llvm::errorToBool(options.apply("no-shadow")));
  EXPECT_FALSE(options.isEnabled("shadow"));
  EXPECT_FALSE(llvm::errorToBool(options.apply("error=shadow")));
  EXPECT_TRUE(options.isEnabled("shadow") && options.isError("shadow"));
  EXPECT_FALSE(llvm::errorToBool(options.apply("error")));
  EXPECT_TRUE(options.isError("unused-let"));
  EXPECT_FALSE(llvm::errorToBool(options.apply("no-error=unused-let")));
  EXPECT_FALSE(options.isError("unused-let"));
  EXPECT_FALSE(llvm::errorToBool(options.apply("no-all")));
  EXPECT_FALSE(options.isEnabled("shadow"));
  EXPECT_EQ(llvm::toString(options.apply("unused-lte")),
            "unknown warning group 'unused-lte'; did you mean 'unused-let'?");
}

TEST(Spelling, NearestName) {
  EXPECT_EQ(nearestName("guassian", {"gamma", "gaussian"}), "gaussian");
  EXPECT_EQ(nearestName("SqDist", {"dist", "sqdist"}), "sqdist");
  EXPECT_EQ(nearestName("sumj", {"sum", "sum_j"}), "sum_j");
  EXPECT_EQ(nearestName("x", {"y"}), "");
  EXPECT_EQ(nearestName("", {"y"}), "");
  EXPECT_EQ(nearestName(std::string(100000, 'a'), {"y"}), "");
}

TEST(Engine, StopsListingAfterManyErrors) {
  Fixture f;
  FileId file = f.sources.addBuffer(std::string(1000, 'a'), "t.kop");
  for (uint32_t i = 0; i < 500; ++i)
    f.diagnostics.error({file, i, i + 1}, "e");
  EXPECT_EQ(f.diagnostics.diagnostics().size(),
            DiagnosticEngine::maxErrors + 1);
  EXPECT_EQ(f.diagnostics.diagnostics().back().message,
            "too many errors; the rest is not shown");
}
