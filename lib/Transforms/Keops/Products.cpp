//===- Products.cpp - products as lists of factors ------------------------===//

#include "Products.h"

#include "keops/Dialect/Keops/Rows.h"

using namespace mlir;
using namespace keops;

Product Products::collect(Value row, bool isShared,
                          llvm::function_ref<bool(Value)> divides) {
  shared = isShared;
  mayDivide = divides;
  Product product;
  root = row;
  collectInto(row, product);
  return product;
}

/// The one component of a row, or of a number repeated.
static Value numberOf(Value row) {
  if (auto broadcast = row.getDefiningOp<BroadcastOp>())
    return broadcast.getX();
  return rowSize(row) == 1 ? row : Value();
}

/// The factors of a divisor, if each may be divided by on its own.
bool Products::collectDivisors(Value row, Product &product) {
  SmallVector<Value> factors, pending{row};
  while (!pending.empty()) {
    Value number = numberOf(pending.pop_back_val());
    auto mul = number ? number.getDefiningOp<MulOp>() : MulOp();
    if (!number)
      return false;
    if (mayDivide(number))
      factors.push_back(number);
    else if (mul)
      pending.append({mul.getB(), mul.getA()});
    else
      return false;
  }
  product.divisors.append(factors);
  return true;
}

void Products::collectInto(Value row, Product &product) {
  Operation *op = row.getDefiningOp();
  if (!shared && row != root && !row.hasOneUse())
    op = nullptr;
  if (auto mul = dyn_cast_or_null<MulOp>(op)) {
    collectInto(mul.getA(), product);
    collectInto(mul.getB(), product);
  } else if (auto neg = dyn_cast_or_null<NegOp>(op)) {
    product.negative = !product.negative;
    collectInto(neg.getX(), product);
  } else if (auto broadcast = dyn_cast_or_null<BroadcastOp>(op)) {
    collectInto(broadcast.getX(), product);
  } else if (auto div = dyn_cast_or_null<DivOp>(op);
             div && collectDivisors(div.getB(), product)) {
    collectInto(div.getA(), product);
  } else if (std::optional<double> number = constantNumber(row)) {
    Value one = constantRow(builder, row.getLoc(), rowOf(row, 1), *number);
    product.numbers.push_back(one);
  } else {
    (rowSize(row) == 1 ? product.numbers : product.rows).push_back(row);
  }
}

Value Products::multiply(ArrayRef<Value> factors) {
  Value product;
  for (Value factor : factors)
    product = product ? MulOp::create(builder, factor.getLoc(),
                                      factor.getType(), product, factor)
                      : factor;
  return product;
}

Value Products::scale(Value row, Value number) {
  if (!row || !number)
    return row ? row : number;
  Value spread = broadcastTo(builder, number.getLoc(), number, rowSize(row));
  return MulOp::create(builder, row.getLoc(), row.getType(), row, spread);
}

/// Numbers of an index set that has rows scale them there, once per row of that
/// set; per pair numbers meet before they meet a row.
Value Products::combine(const Product &product, ArrayRef<Axis> indexSets) {
  SmallVector<Value> numbers, rows;
  for (Axis set : indexSets) {
    auto of = [&](ArrayRef<Value> factors) {
      SmallVector<Value> chosen;
      for (Value factor : factors)
        if (sets.of(factor) == set)
          chosen.push_back(factor);
      return multiply(chosen);
    };
    Value number = of(product.numbers), row = of(product.rows);
    if (row && number && set != Axis::ij) {
      rows.push_back(scale(row, number));
      continue;
    }
    if (number)
      numbers.push_back(number);
    if (row)
      rows.push_back(row);
  }
  return scale(multiply(rows), multiply(numbers));
}
