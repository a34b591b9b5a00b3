//===- ParserTests.cpp - precedence, printing, recovery -------------------===//

#include "keops/Formula/Lexer.h"
#include "keops/Formula/Parser.h"
#include "keops/Formula/Printer.h"
#include "gtest/gtest.h"

using namespace keops;

/// The printed form of an expression, or its first error.
static std::string parse(llvm::StringRef text) {
  llvm::Expected<std::unique_ptr<ParsedExpression>> parsed =
      ParsedExpression::parse(text);
  if (!parsed)
    return llvm::toString(parsed.takeError());
  return toString(*(*parsed)->root());
}

TEST(Parser, PrecedenceShowsInPrintedParentheses) {
  EXPECT_EQ(parse("((a + (b * c)))"), "a + b * c");
  EXPECT_EQ(parse("(a + b) * c"), "(a + b) * c");
  EXPECT_EQ(parse("a - (b - c) - d"), "a - (b - c) - d");
  EXPECT_EQ(parse("-x^2"), "-x^2");
  EXPECT_EQ(parse("(-x)^2"), "(-x)^2");
  EXPECT_EQ(parse("x^-2"), "x^-2");
  EXPECT_EQ(parse("x^y^z"), "x^y^z");
  EXPECT_EQ(parse("(x^y)^z"), "(x^y)^z");
  EXPECT_EQ(parse("- - x"), "--x");
  EXPECT_EQ(parse("a or b and not c < d"), "a or b and not c < d");
  EXPECT_EQ(parse("(a or b) and not (c and d)"), "(a or b) and not (c and d)");
  EXPECT_EQ(parse("a / b / c"), "a / b / c");
  EXPECT_EQ(parse("(a + b)[1:2]"), "(a + b)[1:2]");
}

TEST(Parser, Forms) {
  EXPECT_EQ(parse("let n = floor(x) in ldexp(poly(x - n, 1, 0.69), n)"),
            "let n = floor(x) in ldexp(poly(x - n, 1, 0.69), n)");
  EXPECT_EQ(parse("let a = 1 let b = a in a + let c = b in c"),
            "let a = 1 let b = a in a + (let c = b in c)");
  EXPECT_EQ(parse("[a, b, 1.5e-3]"), "[a, b, 0.0015]");
  EXPECT_EQ(parse("A[0, 1:] + A[:, :2]"), "A[0, 1:] + A[:, :2]");
  EXPECT_EQ(parse("f()"), "f()");
  EXPECT_EQ(parse("f(a, b,)"), "f(a, b)");
}

TEST(Parser, Numbers) {
  EXPECT_EQ(parse("1."), "1.0");
  EXPECT_EQ(parse(".5"), "0.5");
  EXPECT_EQ(parse("0x1.8p1"), "3.0");
  EXPECT_EQ(parse("0x10"), "16");
  EXPECT_EQ(parse("1e-400"), "0.0");
  EXPECT_EQ(parse("9223372036854775807"), "9223372036854775807");
}

TEST(Parser, ErrorsNameWhatWasFound) {
  EXPECT_EQ(parse("a +"), "<expression>:1:4: error: expected an expression, "
                          "found the end of the text\n  a +\n     ^");
  EXPECT_EQ(parse(""), "<expression>:1:1: error: expected an expression, found "
                       "the end of the text\n  \n  ^");
  EXPECT_EQ(parse("a b"), "<expression>:1:3: error: expected an operator or "
                          "the end of the text, found 'b'\n  a b\n    ^");
}

TEST(Parser, FilesPrintAsTextThatParsesToTheSame) {
  llvm::StringRef text = "import \"std/kernels.kop\"\n\n"
                         "/// A size\nconst D = 3\n\nconst K\n\n"
                         "def f(x, y) = exp(-sqdist(x, y))\n\n"
                         "/// First line\n/// second\n"
                         "kernel k(param A[D, 2] : f64, i x[D], j y) -> (a[D], "
                         "b) =\n  (sum_j(f(x, y)), x)\n\n"
                         "kernel g = grad(k, x)\n";
  SourceManager sources;
  DiagnosticEngine diagnostics(sources);
  ASTContext context;
  FileAST file =
      parseFile(sources.addBuffer(text, "t.kop"), context, diagnostics);
  std::string printed;
  llvm::raw_string_ostream os(printed);
  printFile(file, os);
  EXPECT_FALSE(diagnostics.hasErrors());
  EXPECT_EQ(printed, text);
}

TEST(Lexer, DocumentationBelongsToTheNextDeclaration) {
  SourceManager sources;
  DiagnosticEngine diagnostics(sources);
  auto tokens = tokenize(
      sources.addBuffer("/// a\n/// b\nconst D /// lost\n", "t"), diagnostics);
  EXPECT_EQ(tokens[0].doc, "a\nb");
  EXPECT_EQ(tokens[1].doc, "");
}
