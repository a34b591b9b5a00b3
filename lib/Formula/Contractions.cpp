//===- Contractions.cpp - products of vectors, matrices and tensors -------===//
//
// All of them are one operation, a tensor contraction; what differs is how the
// operands' dimensions are read.
//
//===----------------------------------------------------------------------===//

#include "Evaluator.h"
#include "llvm/ADT/STLExtras.h"

using namespace keops;
using llvm::ArrayRef;
using llvm::Twine;

static int64_t dimOf(const Value &value) {
  return value.isLiteral() ? 1 : value.shape.dim();
}

Value Evaluator::contract(const CallExpr &call, Operands args,
                          Contraction contraction, Shape shape) {
  Operands factors = args.take_front(2);
  Node node;
  node.name = "tensordot";
  node.range = visible(call.range);
  node.row = {numberType(factors), shape.dim()};
  for (const Operand &factor : factors)
    node.operands.push_back(materialise(factor.value, node.row.type,
                                        dimOf(factor.value), node.range));
  node.contraction = std::move(contraction);
  return Value::ofRow(builder.add(std::move(node)), shape);
}

Value Evaluator::matVec(const CallExpr &call, Operands args) {
  const Value &matrix = args[0].value;
  int64_t size = dimOf(matrix), cols = dimOf(args[1].value);
  bool fits =
      matrix.shape.isMatrix ? matrix.shape.cols == cols : size % cols == 0;
  if (!fits) {
    error(call.callee.range,
          matrix.shape.isMatrix
              ? "a matrix of " + Twine(matrix.shape.cols) +
                    " columns times a vector of dimension " + Twine(cols)
              : "dimension " + Twine(size) + " is no matrix of " + Twine(cols) +
                    " columns")
        .highlight(args[0].expr->range)
        .highlight(args[1].expr->range)
        .note(describe(args[0]) + ", " + describe(args[1]))
        .repair("'vecmat(b, A)' multiplies from the other side");
    return {};
  }
  int64_t rows = size / cols;
  return contract(call, args, {{rows, cols}, {cols}, {1}, {0}, {}},
                  vectorShape(rows));
}

Value Evaluator::vecMat(const CallExpr &call, Operands args) {
  const Value &matrix = args[1].value;
  int64_t size = dimOf(matrix), rows = dimOf(args[0].value);
  bool fits =
      matrix.shape.isMatrix ? matrix.shape.rows == rows : size % rows == 0;
  if (!fits) {
    error(call.callee.range,
          matrix.shape.isMatrix
              ? "a vector of dimension " + Twine(rows) + " times a matrix of " +
                    Twine(matrix.shape.rows) + " rows"
              : "dimension " + Twine(size) + " is no matrix of " + Twine(rows) +
                    " rows")
        .highlight(args[0].expr->range)
        .highlight(args[1].expr->range)
        .note(describe(args[0]) + ", " + describe(args[1]))
        .repair("'matvec(A, b)' multiplies from the other side");
    return {};
  }
  int64_t cols = size / rows;
  return contract(call, args, {{rows}, {rows, cols}, {0}, {0}, {}},
                  vectorShape(cols));
}

Value Evaluator::outer(const CallExpr &call, Operands args) {
  int64_t rows = dimOf(args[0].value), cols = dimOf(args[1].value);
  if (rows * cols > maxDimension) {
    error(call.callee.range, "result of dimension " + Twine(rows * cols) +
                                 "; at most " + Twine(maxDimension) +
                                 " is supported")
        .note(describe(args[0]) + ", " + describe(args[1]));
    return {};
  }
  return contract(call, args, {{rows}, {cols}, {}, {}, {}},
                  matrixShape(rows, cols));
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

/// The integers of `[2, 3]` (or of one constant) as written in the call.
bool Evaluator::integerList(const Operand &operand,
                            llvm::SmallVectorImpl<int64_t> &list) {
  ArrayRef<const Expr *> parts = operand.expr;
  if (const auto *concat = llvm::dyn_cast<ConcatExpr>(operand.expr))
    parts = concat->parts;
  for (const Expr *part : parts) {
    std::optional<int64_t> value =
        constantInteger({evaluate(*part), part}, "entry", 0, maxDimension);
    if (!value)
      return false;
    list.push_back(*value);
  }
  return true;
}

static int64_t productOf(ArrayRef<int64_t> dims) {
  int64_t product = 1;
  for (int64_t dim : dims)
    product = std::min(product * dim, 2 * maxDimension);
  return product;
}

/// Whether the dimensions given for a tensor multiply to those of its row.
static bool checkTensor(Evaluator &evaluator, const Operand &tensor,
                        const Operand &dims, ArrayRef<int64_t> sizes) {
  if (productOf(sizes) == dimOf(tensor.value))
    return true;
  evaluator
      .error(dims.expr->range,
             "a tensor of these dimensions has " + Twine(productOf(sizes)) +
                 " components, found " + Twine(dimOf(tensor.value)))
      .highlight(tensor.expr->range)
      .note(evaluator.describe(tensor));
  return false;
}

Value Evaluator::kron(const CallExpr &call, Operands args) {
  Contraction contraction;
  if (!integerList(args[2], contraction.dimsf) ||
      !integerList(args[3], contraction.dimsg))
    return {};
  if (!checkTensor(*this, args[0], args[2], contraction.dimsf) ||
      !checkTensor(*this, args[1], args[3], contraction.dimsg))
    return {};
  size_t axes = contraction.dimsf.size();
  if (axes != contraction.dimsg.size()) {
    error(args[3].expr->range, "'kron' of tensors of " + Twine(axes) + " and " +
                                   Twine(contraction.dimsg.size()) + " axes")
        .highlight(args[2].expr->range)
        .repair("fill the shorter list with 1 from the left");
    return {};
  }
  // np.kron: axis k of the result is axis k of f, then axis k of g.
  for (size_t offset : {0, 1})
    for (size_t axis = 0; axis < axes; ++axis)
      contraction.perm.push_back(2 * axis + offset);
  int64_t dim = dimOf(args[0].value) * dimOf(args[1].value);
  Shape shape = axes == 2
                    ? matrixShape(contraction.dimsf[0] * contraction.dimsg[0],
                                  contraction.dimsf[1] * contraction.dimsg[1])
                    : vectorShape(dim);
  if (dim > maxDimension) {
    error(call.callee.range, "result of dimension " + Twine(dim) +
                                 "; at most " + Twine(maxDimension) +
                                 " is supported");
    return {};
  }
  return contract(call, args, std::move(contraction), shape);
}

/// Whether `axes` are distinct and within `count`.
static bool checkAxes(Evaluator &evaluator, const Operand &list,
                      ArrayRef<int64_t> axes, size_t count) {
  for (size_t k = 0; k < axes.size(); ++k) {
    bool repeated = llvm::is_contained(axes.take_front(k), axes[k]);
    if (!repeated && axes[k] < int64_t(count))
      continue;
    evaluator
        .error(list.expr->range,
               repeated ? "axis " + Twine(axes[k]) + " is listed twice"
                        : "there is no axis " + Twine(axes[k]) + " among " +
                              Twine(count))
        .note("axes count from 0");
    return false;
  }
  return true;
}

Value Evaluator::tensorDot(const CallExpr &call, Operands args) {
  Contraction c;
  bool read = integerList(args[2], c.dimsf) && integerList(args[3], c.dimsg) &&
              integerList(args[4], c.contf) && integerList(args[5], c.contg);
  if (args.size() == 7)
    read = read && integerList(args[6], c.perm);
  if (!read || !checkTensor(*this, args[0], args[2], c.dimsf) ||
      !checkTensor(*this, args[1], args[3], c.dimsg) ||
      !checkAxes(*this, args[4], c.contf, c.dimsf.size()) ||
      !checkAxes(*this, args[5], c.contg, c.dimsg.size()))
    return {};
  if (c.contf.size() != c.contg.size()) {
    error(args[5].expr->range,
          Twine(c.contf.size()) + " axes of the first tensor are summed with " +
              Twine(c.contg.size()) + " of the second")
        .highlight(args[4].expr->range);
    return {};
  }
  int64_t contracted = 1;
  for (auto [f, g] : llvm::zip(c.contf, c.contg)) {
    if (c.dimsf[f] != c.dimsg[g]) {
      error(call.callee.range, "axes of lengths " + Twine(c.dimsf[f]) +
                                   " and " + Twine(c.dimsg[g]) +
                                   " are summed together")
          .highlight(args[4].expr->range)
          .highlight(args[5].expr->range);
      return {};
    }
    contracted *= c.dimsf[f];
  }
  size_t kept = c.dimsf.size() + c.dimsg.size() - 2 * c.contf.size();
  if (!c.perm.empty() && !checkAxes(*this, args[6], c.perm, kept))
    return {};
  if (!c.perm.empty() && c.perm.size() != kept) {
    error(args[6].expr->range, "the result has " + Twine(kept) +
                                   " axes, found " + Twine(c.perm.size()) +
                                   " places");
    return {};
  }
  int64_t dim =
      (dimOf(args[0].value) / contracted) * (dimOf(args[1].value) / contracted);
  if (dim > maxDimension) {
    error(call.callee.range, "result of dimension " + Twine(dim) +
                                 "; at most " + Twine(maxDimension) +
                                 " is supported");
    return {};
  }
  return contract(call, args, std::move(c), vectorShape(dim));
}
