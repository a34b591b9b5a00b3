//===- QuadraticForms.cpp - half of a matrix is enough --------------------===//
//
//     <d_ij, A d_ij>  ->  sum_k d_k (A_kk d_k + sum_{l > k} (A_kl + A_lk) d_l)
//
// A quadratic form knows the symmetric part of its matrix alone. Where the
// matrix varies less than the vector, its entries are added outside the pairs,
// which are left D (D + 1) / 2 products instead of D^2.
//
//===----------------------------------------------------------------------===//

#include "keops/Analysis/IndexSets.h"
#include "keops/Dialect/Keops/Rows.h"
#include "keops/Transforms/Passes.h"

using namespace mlir;
using namespace keops;

/// Wider rows are looped over, with the whole matrix.
constexpr int64_t widest = 8;

namespace {

class QuadraticForms {
public:
  explicit QuadraticForms(KernelOp kernel)
      : sets(kernel), builder(kernel.getContext()) {}

  void rewrite(SumOp form);

private:
  Value matrixOf(Value product, Value d);
  Value upperRow(Value matrix, int64_t size, int64_t k);

  IndexSets sets;
  OpBuilder builder;
};

} // namespace

/// A of A d or of d A, if nothing else needs that product; or null.
Value QuadraticForms::matrixOf(Value product, Value d) {
  auto dot = product.getDefiningOp<TensorDotOp>();
  if (!dot || !dot->hasOneUse())
    return {};
  Value matrix = dot.getF() == d ? dot.getG() : dot.getF();
  int64_t size = rowSize(d);
  bool isForm = (dot.getF() == d || dot.getG() == d) &&
                dot.getDimsf().size() + dot.getDimsg().size() == 3 &&
                dot.getContf().size() == 1 && rowSize(matrix) == size * size;
  return isForm && sets.of(matrix) != Axis::ij ? matrix : Value();
}

/// What d_k is multiplied by, as weights of d_k, d_(k+1), ...
Value QuadraticForms::upperRow(Value matrix, int64_t size, int64_t k) {
  Location loc = matrix.getLoc();
  auto entry = [&](int64_t row, int64_t column) {
    return slice(builder, loc, matrix, row * size + column, 1);
  };
  SmallVector<Value> weights{entry(k, k)};
  for (int64_t l = k + 1; l < size; ++l)
    weights.push_back(AddOp::create(builder, loc, rowOf(matrix, 1), entry(k, l),
                                    entry(l, k)));
  if (weights.size() == 1)
    return weights.front();
  return ConcatOp::create(builder, loc, rowOf(matrix, size - k), weights);
}

void QuadraticForms::rewrite(SumOp form) {
  auto terms = form.getX().getDefiningOp<MulOp>();
  if (!terms || !terms->hasOneUse() || rowSize(terms) < 2 ||
      rowSize(terms) > widest || sets.of(form) != Axis::ij)
    return;
  Value d = terms.getA(), matrix = matrixOf(terms.getB(), d);
  if (!matrix) {
    d = terms.getB();
    matrix = matrixOf(terms.getA(), d);
  }
  if (!matrix)
    return;
  builder.setInsertionPoint(form);
  Location loc = form.getLoc();
  int64_t size = rowSize(d);
  SmallVector<Value> products;
  for (int64_t k = 0; k < size; ++k) {
    Value weights = upperRow(matrix, size, k);
    Value rest = slice(builder, loc, d, k, size - k);
    Value product = MulOp::create(builder, loc, rest.getType(), weights, rest);
    products.push_back(componentSum(builder, loc, product));
  }
  Value rows = ConcatOp::create(builder, loc, d.getType(), products);
  form.setOperand(MulOp::create(builder, loc, d.getType(), d, rows));
}

namespace {

struct QuadraticFormsPass
    : PassWrapper<QuadraticFormsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(QuadraticFormsPass)

  StringRef getArgument() const final { return "keops-quadratic-forms"; }
  StringRef getDescription() const final {
    return "add the entries of a quadratic form's matrix that meet the same "
           "product";
  }

  void runOnOperation() final {
    getOperation().walk([](KernelOp kernel) {
      QuadraticForms forms(kernel);
      SmallVector<SumOp> sums(kernel.getBodyBlock()->getOps<SumOp>());
      for (SumOp sum : sums)
        forms.rewrite(sum);
    });
  }
};

} // namespace

std::unique_ptr<Pass> keops::createQuadraticFormsPass() {
  return std::make_unique<QuadraticFormsPass>();
}
