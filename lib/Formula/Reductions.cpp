//===- Reductions.cpp - reductions over i, j or both ----------------------===//
//
// A reduction removes its axis from the index set of its formula. All run over
// the pairs at once, so none may stand inside another.
//
//===----------------------------------------------------------------------===//

#include "Evaluator.h"
#include "llvm/ADT/STLExtras.h"

using namespace keops;
using llvm::StringRef;
using llvm::Twine;

/// Conditions are counted; everything else is compared or added up.
static bool takesConditions(const ReductionRecord &record) {
  return llvm::all_of(record.stateKind,
                      [](StateKind kind) { return kind == StateKind::Count; });
}

/// Reductions whose formulas divide or exponentiate.
static bool needsReals(const ReductionRecord &record) {
  for (llvm::ArrayRef<StringRef> formulas : {record.accumulate, record.finish})
    for (StringRef formula : formulas)
      if (formula.contains('/') || formula.contains("exp") ||
          formula.contains("log"))
        return true;
  return false;
}

/// Sums and products of integers are carried in 64 bits.
static bool accumulates(const ReductionRecord &record) {
  return record.name == "sum" || record.name == "prod";
}

/// The reduction nearest to the result `id`.
static NodeId findReduce(const ProgramBuilder &nodes, NodeId id) {
  while (nodes[id].kind != Node::Kind::Reduce)
    id = *llvm::find_if(nodes[id].operands, [&](NodeId operand) {
      return nodes[operand].isReduced;
    });
  return id;
}

bool Evaluator::checkReductionInputs(const CallExpr &call, IndexSet axis,
                                     Operands inputs) {
  bool dependsOnAxis = false, literal = true;
  for (const Operand &input : inputs) {
    literal &= input.value.isLiteral();
    if (!input.value.isRow())
      continue;
    const Node &row = node(input.value);
    dependsOnAxis |= contains(row.indices, axis);
    if (!row.isReduced)
      continue;
    const Node &inner = builder[findReduce(builder, input.value.node)];
    std::string innerName = (inner.name + "_" + suffix(inner.axis)).str();
    Report report = error(call.callee.range, "reduction '" + innerName +
                                                 "' inside the formula of '" +
                                                 call.callee.name + "'");
    report.highlight(inner.range);
    report.note("a reduction runs over all pairs; the inner one would have to "
                "end first");
    bool bothSums = inner.name == "sum" &&
                    call.callee.name.starts_with("sum_") &&
                    (axis | inner.axis) == IndexSet::IJ && axis != inner.axis &&
                    row.kind == Node::Kind::Result;
    if (bothSums)
      report.repair("write 'sum_ij' for the sum over both indices");
    else
      report.repair("split the kernel: let a first one compute '" + innerName +
                    "', and give its result to this one as a variable '" +
                    (inner.indices == IndexSet::J   ? "j"
                     : inner.indices == IndexSet::I ? "i"
                                                    : "param") +
                    " s[" + Twine(inner.results[0].dim) + "]'");
    return false;
  }
  if (!dependsOnAxis && !literal && visible(call.range) == call.range) {
    diagnostics
        .warning("degenerate", call.callee.range,
                 "the formula of '" + call.callee.name +
                     "' is the same for all " + suffix(axis))
        .note(describeIndices(inputs[0]));
  }
  return true;
}

/// An input that a formula left out, by its default.
Operand Evaluator::defaultInput(const ReductionRecord &record, size_t number,
                                const CallExpr &call) {
  size_t required = record.inputs.size() - record.inputDefaults.size();
  double value = 0;
  record.inputDefaults[number - required].getAsDouble(value);
  Number constant = Number::ofReal(value);
  if (std::optional<int64_t> integer = constant.asInteger())
    constant = Number::ofInteger(*integer);
  return {Value::ofLiteral(constant), &call};
}

static ElementType resultType(StateKind kind, ElementType value) {
  switch (kind) {
  case StateKind::Value:
    return value;
  case StateKind::Index:
  case StateKind::Count:
    return ElementType::I64;
  case StateKind::Flag:
    return ElementType::Bool;
  }
  return value;
}

Value Evaluator::evaluateReduction(const CallExpr &call, const Callee &callee,
                                   Operands args) {
  const ReductionRecord &record = *callee.reduction;
  llvm::SmallVector<Operand, 3> inputs(args.drop_back(record.isSelection));
  // After a missing weight the arguments are fewer than the inputs.
  if (!checkOperands(inputs) ||
      !checkReductionInputs(call, callee.axis, inputs))
    return {};
  std::optional<Shape> shape =
      commonShape(call.callee.name, false, call.callee.range, inputs);
  if (!shape)
    return {};
  while (inputs.size() < record.inputs.size())
    inputs.push_back(defaultInput(record, inputs.size(), call));
  int64_t k = 0;
  if (record.isSelection) {
    constexpr int64_t maxEntries = 65536;
    std::optional<int64_t> entries =
        constantInteger(args.back(), "number of entries", 1,
                        std::min(maxEntries, maxDimension / shape->dim()));
    if (!entries)
      return {};
    k = *entries;
  }

  Node node;
  node.kind = Node::Kind::Reduce;
  node.name = record.name;
  node.axis = callee.axis;
  node.number = k;
  node.range = visible(call.range);
  ElementType type = numberType(inputs);
  if (!isReal(type) && needsReals(record))
    type = options.dtype;
  else if (isInteger(type) && accumulates(record))
    type = ElementType::I64;
  llvm::SmallVector<int64_t, 3> dims;
  for (auto [number, input] : llvm::enumerate(inputs)) {
    // An input that gives a result its dimension is seen in the common one.
    bool shapesResult = llvm::is_contained(record.resultShape, int(number));
    int64_t dim = input.value.isLiteral() ? 1 : input.value.shape.dim();
    if (shapesResult)
      dim = shape->dim();
    dims.push_back(dim);
    node.operands.push_back(
        takesConditions(record)
            ? materialiseCondition(input.value, dim, node.range)
            : materialise(input.value, type, dim, node.range));
  }
  for (auto [kind, from] : llvm::zip(record.resultKind, record.resultShape))
    node.results.push_back(
        {resultType(kind, type), dims[from] * std::max<int64_t>(k, 1)});

  // K entries of a vector are K blocks of it.
  Shape shown = *shape;
  if (record.isSelection)
    shown = shape->dim() == 1 ? vectorShape(k) : matrixShape(k, shape->dim());
  NodeId reduce = builder.add(std::move(node));
  SourceRange range = visible(call.range);
  size_t count = record.resultKind.size();
  if (count == 1)
    return Value::ofRow(builder.result(reduce, 0, range), shown);
  Value tuple;
  tuple.kind = Value::Kind::Tuple;
  for (size_t number = 0; number < count; ++number)
    tuple.parts.push_back(
        Value::ofRow(builder.result(reduce, number, range), shown));
  return tuple;
}
