//===- Derivatives.cpp - derivatives inside a formula ---------------------===//
//
// `grad(F, x, e)` and `jvp(F, x, t)` become one node each, which the compiler
// differentiates later; the others are formulas over these two. x is a value,
// not a text: F is differentiated in it wherever F contains it.
//
// Without a reduction in F, everything happens within one pair. With one, the
// derivative is total: the gradient in x sums over all rows of F that x
// reaches.
//
//===----------------------------------------------------------------------===//

#include "DifferentiablePaths.h"
#include "Evaluator.h"

using namespace keops;
using llvm::StringRef;
using llvm::Twine;

/// Directional derivatives that one call may expand to.
static constexpr int64_t maxDirections = 1024;

static int64_t dimOf(const Value &value) {
  return value.isLiteral() ? 1 : value.shape.dim();
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

/// Whether `variable` is something to differentiate in.
bool Evaluator::checkVariable(const CallExpr &call, const Operand &variable) {
  SourceRange range = variable.expr->range;
  std::string text = excerpt(*variable.expr);
  if (!llvm::isa<NameExpr>(variable.expr)) {
    error(range, "'" + call.callee.name +
                     "' differentiates in a name, found '" + text + "'")
        .note("a variable of the kernel, a 'let' or a parameter of a function")
        .repair("give it a name first: 'let u = " + text +
                " in ...', and write 'u' in the formula too");
    return false;
  }
  if (variable.value.isLiteral()) {
    error(range, "nothing can be differentiated in the constant '" + text + "'")
        .note(describe(variable));
    return false;
  }
  ElementType type = node(variable.value).row.type;
  if (!isReal(type)) {
    error(range, "nothing can be differentiated in '" + text + "'")
        .note("its element type is " + keops::spelling(type) +
              "; only reals have derivatives");
    return false;
  }
  return true;
}

/// Whether a cotangent or tangent fits what it belongs to.
bool Evaluator::checkSeed(const Operand &seed, const Operand &owner,
                          StringRef what, IndexSet allowed, bool isTotal) {
  int64_t found = dimOf(seed.value), dim = dimOf(owner.value);
  if (found != 1 && found != dim) {
    error(seed.expr->range, "'" + excerpt(*owner.expr) + "' has dimension " +
                                Twine(dim) + ", its " + what + " " +
                                Twine(found))
        .highlight(owner.expr->range)
        .note(describe(owner) + ", " + describe(seed) +
              "; only dimension 1 broadcasts");
    return false;
  }
  IndexSet indices =
      seed.value.isRow() ? node(seed.value).indices : IndexSet::None;
  if (!isTotal || contains(allowed, indices))
    return true;
  error(seed.expr->range, "the " + what + " of '" + excerpt(*owner.expr) +
                              "' depends on " +
                              suffix(without(indices, allowed)))
      .highlight(owner.expr->range)
      .note(describeIndices(owner) + ", " + describeIndices(seed))
      .note("the formula contains a reduction: its derivative has one " + what +
            " per row of '" + excerpt(*owner.expr) + "'");
  return false;
}

std::optional<Evaluator::Differentiation>
Evaluator::differentiate(const CallExpr &call, Operands args) {
  if (!checkVariable(call, args[1]))
    return std::nullopt;
  const Operand &formula = args[0];
  Differentiation d;
  ElementType type = numberType(args[0]);
  if (!isReal(type))
    type = options.dtype;
  d.range = visible(call.range);
  d.output = materialise(formula.value, type, dimOf(formula.value), d.range);
  d.outputRow = builder[d.output].row;
  d.variable = args[1].value.node;
  d.variableRow = builder[d.variable].row;
  d.isTotal = builder[d.output].isReduced;

  DifferentiablePaths paths = findPaths(builder, d.output, d.variable);
  steps += paths.work;
  if (!paths.exist) {
    std::string variable = excerpt(*args[1].expr);
    diagnostics
        .warning("zero-derivative", visible(call.callee.range),
                 "the derivative of '" + excerpt(*formula.expr) + "' in '" +
                     variable + "' is zero")
        .note(describeBarriers(builder, paths, variable));
  }
  return d;
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

NodeId Evaluator::derivative(Node::Kind kind, const Differentiation &d,
                             NodeId seed) {
  Node node;
  node.kind = kind;
  node.number = 1;
  node.operands = {d.output, seed, d.variable};
  node.results.push_back(kind == Node::Kind::Grad ? d.variableRow
                                                  : d.outputRow);
  node.isPointwise = !d.isTotal;
  node.range = d.range;
  return builder.result(builder.add(std::move(node)), 0, d.range);
}

/// A row of zeros but for a one at `position`.
NodeId Evaluator::unitVector(RowType row, int64_t position, SourceRange range) {
  NodeId zero = builder.integer(0, row.type, range);
  llvm::SmallVector<NodeId, 3> parts;
  if (position > 0)
    parts.push_back(builder.broadcast(zero, position));
  parts.push_back(builder.integer(1, row.type, range));
  if (int64_t rest = row.dim - position - 1)
    parts.push_back(builder.broadcast(zero, rest));
  return parts.size() == 1 ? parts.front()
                           : builder.op("concat", parts, row, range);
}

/// sum_k (dF / dx unit_k)_k, the trace of a square Jacobian.
NodeId Evaluator::traceOfJacobian(const Differentiation &d) {
  RowType number{d.outputRow.type, 1};
  std::optional<NodeId> total;
  for (int64_t k = 0; k < d.variableRow.dim; ++k) {
    NodeId direction = unitVector(d.variableRow, k, d.range);
    NodeId term = derivative(Node::Kind::Jvp, d, direction);
    if (d.outputRow.dim > 1)
      term = builder.op("slice", term, number, d.range, k);
    total = total ? builder.op("add", {*total, term}, number, d.range) : term;
  }
  return *total;
}

bool Evaluator::checkDirections(const CallExpr &call, int64_t count) {
  constexpr uint64_t nodesPerDirection = 8;
  if (count <= maxDirections) {
    steps += nodesPerDirection * count;
    return true;
  }
  error(call.callee.range, "'" + call.callee.name + "' takes " + Twine(count) +
                               " derivatives; at most " + Twine(maxDirections) +
                               " are supported");
  return false;
}

//===----------------------------------------------------------------------===//
// Functions of the language
//===----------------------------------------------------------------------===//

Value Evaluator::gradient(const CallExpr &call, Operands args) {
  std::optional<Differentiation> d = differentiate(call, args);
  if (!d || !checkSeed(args[2], args[0], "cotangent",
                       builder[d->output].indices, d->isTotal))
    return {};
  // A cotangent of a later type raises the formula: nothing is lost.
  ElementType type = commonType(d->outputRow.type, numberType(args[2]));
  if (args[2].value.isRow() && type != d->outputRow.type) {
    d->output = builder.cast(d->output, type);
    d->outputRow.type = type;
  }
  NodeId seed =
      materialise(args[2].value, d->outputRow.type, d->outputRow.dim, d->range);
  return Value::ofRow(derivative(Node::Kind::Grad, *d, seed),
                      args[1].value.shape);
}

Value Evaluator::directionalDerivative(const CallExpr &call, Operands args) {
  std::optional<Differentiation> d = differentiate(call, args);
  if (!d || !checkSeed(args[2], args[1], "tangent",
                       builder[d->variable].indices, d->isTotal))
    return {};
  NodeId seed = materialise(args[2].value, d->variableRow.type,
                            d->variableRow.dim, d->range);
  Shape shape = args[0].value.isRow() ? args[0].value.shape : Shape();
  return Value::ofRow(derivative(Node::Kind::Jvp, *d, seed), shape);
}

Value Evaluator::divergence(const CallExpr &call, Operands args) {
  std::optional<Differentiation> d = differentiate(call, args);
  if (!d)
    return {};
  if (d->outputRow.dim != d->variableRow.dim) {
    error(call.callee.range,
          "'" + call.callee.name + "' of a formula of dimension " +
              Twine(d->outputRow.dim) + " in a variable of dimension " +
              Twine(d->variableRow.dim))
        .highlight(args[0].expr->range)
        .highlight(args[1].expr->range)
        .note(describe(args[0]) + ", " + describe(args[1]) +
              "; the two must be equal");
    return {};
  }
  if (!checkDirections(call, d->variableRow.dim))
    return {};
  return Value::ofRow(traceOfJacobian(*d), vectorShape(1));
}

Value Evaluator::laplacian(const CallExpr &call, Operands args) {
  std::optional<Differentiation> d = differentiate(call, args);
  if (!d)
    return {};
  if (d->outputRow.dim != 1) {
    error(args[0].expr->range,
          "'laplacian' of a formula of dimension " + Twine(d->outputRow.dim))
        .note(describe(args[0]) + "; the Laplacian is that of one number, the "
                                  "divergence of its gradient");
    return {};
  }
  if (!checkDirections(call, d->variableRow.dim))
    return {};
  NodeId one = builder.integer(1, d->outputRow.type, d->range);
  Differentiation second = *d;
  second.output = derivative(Node::Kind::Grad, *d, one);
  second.outputRow = d->variableRow;
  return Value::ofRow(traceOfJacobian(second), vectorShape(1));
}

/// Row k is the gradient of component k.
Value Evaluator::jacobian(const CallExpr &call, Operands args) {
  std::optional<Differentiation> d = differentiate(call, args);
  if (!d || !checkDirections(call, d->outputRow.dim))
    return {};
  Shape shape = matrixShape(d->outputRow.dim, d->variableRow.dim);
  if (shape.dim() > maxDimension) {
    error(call.callee.range, "result of dimension " + Twine(shape.dim()) +
                                 "; at most " + Twine(maxDimension) +
                                 " is supported")
        .note(describe(args[0]) + ", " + describe(args[1]));
    return {};
  }
  llvm::SmallVector<NodeId> rows;
  for (int64_t k = 0; k < shape.rows; ++k)
    rows.push_back(derivative(Node::Kind::Grad, *d,
                              unitVector(d->outputRow, k, d->range)));
  RowType row{d->variableRow.type, shape.dim()};
  NodeId id = rows.size() == 1 ? rows.front()
                               : builder.op("concat", rows, row, d->range);
  return Value::ofRow(id, shape);
}
