//===- Report.cpp - messages of the evaluator -----------------------------===//

#include "Evaluator.h"
#include "llvm/ADT/StringExtras.h"

using namespace keops;
using llvm::StringRef;
using llvm::Twine;

Report::Report(Evaluator &evaluator, SourceRange range, const Twine &message)
    : evaluator(evaluator),
      builder(evaluator.diagnostics.error(evaluator.visible(range), message)) {}

Report &Report::highlight(SourceRange range) {
  // The caret already shows the call into the prelude.
  if (evaluator.visible(range) == range)
    builder.highlight(range);
  return *this;
}

Report &Report::note(const Twine &message, SourceRange range) {
  builder.note(message, range);
  return *this;
}

Report &Report::repair(const Twine &message) {
  builder.repair(message);
  return *this;
}

Report &Report::repair(const Twine &message, SourceRange range,
                       const Twine &replacement) {
  builder.repair(message, range, replacement);
  return *this;
}

Report::~Report() {
  constexpr unsigned maxCalls = 4;
  unsigned shown = 0;
  for (const Frame *frame = evaluator.frame; frame && frame->call;
       frame = frame->caller) {
    if (frame->file->isPrelude || frame->caller->file->isPrelude)
      continue;
    if (++shown > maxCalls) {
      builder.note("and further calls");
      return;
    }
    builder.note("in this use of '" + frame->call->callee.name + "'",
                 frame->call->range);
  }
}

SourceRange Evaluator::visible(SourceRange range) const {
  FileId prelude = program.prelude().ast.file;
  const Frame *at = frame;
  while (range.isValid() && range.file == prelude && at && at->call) {
    range = at->call->range;
    at = at->caller;
  }
  return range;
}

std::string Evaluator::excerpt(const Expr &expr) const {
  constexpr size_t maxLength = 40;
  StringRef text = diagnostics.sourceManager().text(visible(expr.range));
  std::string shown;
  for (char c : text) {
    bool space = llvm::isSpace(c) || !llvm::isPrint(c);
    if (!space)
      shown += c;
    else if (!shown.empty() && shown.back() != ' ')
      shown += ' ';
    if (shown.size() > maxLength)
      return shown.substr(0, maxLength - 3) + "...";
  }
  return shown;
}

std::string Evaluator::describe(const Operand &operand) const {
  std::string text = "'" + excerpt(*operand.expr) + "' ";
  const Value &value = operand.value;
  if (value.isLiteral())
    return text + "is the number " + toString(value.literal);
  if (!value.isRow())
    return text + "is several values";
  const Node &row = builder[value.node];
  if (row.kind == Node::Kind::Variable && kernel) {
    const CheckedArray &variable = kernel->variables[row.number];
    StringRef role =
        row.indices == IndexSet::None ? "param" : suffix(row.indices);
    return text + "is " + role.str() + " " + variable.name.str() +
           keops::describe(value.shape);
  }
  if (value.shape.isMatrix)
    return text + "has shape " + keops::describe(value.shape);
  return text + "has dimension " + std::to_string(value.shape.dim());
}

std::string Evaluator::describeIndices(const Operand &operand) const {
  IndexSet indices =
      operand.value.isRow() ? node(operand.value).indices : IndexSet::None;
  return "'" + excerpt(*operand.expr) + "' has index set " +
         keops::describe(indices).str();
}
