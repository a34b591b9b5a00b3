//===- ColumnTile.cpp - a tile of columns in shared memory ----------------===//

#include "ColumnTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace keops;

/// Bytes of the widest load from shared memory.
static constexpr int64_t loadBytes = 16;
/// Shared memory a kernel may declare, on every GPU, in bytes.
static constexpr int64_t sharedLimit = 48 * 1024;

/// How an element is kept: conditions take a byte.
static Type storedType(Type element) {
  return element.isInteger(1) ? IntegerType::get(element.getContext(), 8)
                              : element;
}

static int64_t roundUp(int64_t value, int64_t step) {
  return (value + step - 1) / step * step;
}

ColumnTile::ColumnTile(ArrayRef<Value> fields, int64_t columns, int64_t unroll)
    : columns(columns) {
  llvm::MapVector<Type, int> groupOf;
  int64_t narrow = 0;
  for (Value field : fields) {
    if (rowSize(field) > unroll || places.count(field))
      continue;
    Type element = rowElement(field.getType());
    // With the padding of its group. What does not fit is not held.
    int64_t more =
        columns *
        (rowSize(field) * elementBytes(storedType(element)) + 2 * loadBytes);
    if (narrow + more > sharedLimit)
      continue;
    narrow += more;
    auto [known, isNew] = groupOf.insert({element, groups.size()});
    if (isNew) {
      groups.emplace_back();
      groups.back().element = element;
    }
    Group &group = groups[known->second];
    places[field] = {known->second, group.stride};
    group.fields.push_back(field);
    group.stride += rowSize(field);
  }
  for (Group &group : groups) {
    int64_t bytes = elementBytes(storedType(group.element));
    int64_t each = group.stride * bytes;
    // Short columns are not worth padding to a whole load.
    int64_t load = each > loadBytes / 2 ? loadBytes : llvm::PowerOf2Ceil(each);
    int64_t loads = roundUp(each, load) / load;
    // An odd number of loads: stores of neighbouring threads fall in different
    // banks.
    if (load == loadBytes && loads % 2 == 0)
      ++loads;
    group.perLoad = load / bytes;
    group.stride = loads * load / bytes;
    group.begin = size;
    size += roundUp(columns * loads * load, loadBytes);
  }
  for (Value field : fields) {
    if (rowSize(field) <= unroll || places.count(field))
      continue;
    int64_t bytes = rowSize(field) * columns *
                    elementBytes(storedType(rowElement(field.getType())));
    // Computed fields must fit: the schedule chose `columns` for that.
    if (size + bytes > sharedLimit)
      continue;
    places[field] = {-1, size};
    size += roundUp(bytes, loadBytes);
  }
}

bool ColumnTile::isWide(Value field) const {
  auto place = places.find(field);
  return place != places.end() && place->second.group < 0;
}

void ColumnTile::declare(LaneBuilder &b, gpu::GPUModuleOp module,
                         StringRef name) {
  if (!size)
    return;
  constexpr unsigned sharedSpace = 3;
  auto type = LLVM::LLVMArrayType::get(b.getI8Type(), size);
  OpBuilder outside(module.getBodyRegion());
  auto memory = LLVM::GlobalOp::create(
      outside, b.getLoc(), type, /*isConstant=*/false, LLVM::Linkage::Internal,
      name, Attribute(), loadBytes, sharedSpace);
  base = LLVM::AddressOfOp::create(b, memory);
}

/// Address of an element of a column, counted from the column's beginning.
Value ColumnTile::groupAddress(LaneBuilder &b, const Group &group, Value column,
                               int64_t element) {
  Value offset = b.add(b.mul(column, group.stride), element);
  return b.element(b.bytes(base, group.begin), storedType(group.element),
                   offset);
}

void ColumnTile::store(LaneBuilder &b, Value column, RowEvaluator &evaluator) {
  for (Group &group : groups) {
    SmallVector<Value> values;
    for (Value field : group.fields)
      for (int64_t d = 0; d < rowSize(field); ++d) {
        Value value =
            b.extract(evaluator.at(evaluator.component(field, d), 0, 0), 0);
        Type stored = storedType(group.element);
        if (value.getType() != stored)
          value = arith::ExtUIOp::create(b, stored, value);
        values.push_back(value);
      }
    auto vector = VectorType::get({group.perLoad}, storedType(group.element));
    for (int64_t at = 0; at < static_cast<int64_t>(values.size());
         at += group.perLoad) {
      Value packed = b.constantLanes(cast<TypedAttr>(b.getZeroAttr(vector)));
      for (int64_t k = 0; k < group.perLoad && at + k < int64_t(values.size());
           ++k)
        packed = vector::InsertOp::create(b, values[at + k], packed, k);
      LLVM::StoreOp::create(b, packed, groupAddress(b, group, column, at),
                            group.perLoad *
                                elementBytes(vector.getElementType()));
    }
  }
}

void ColumnTile::storeWide(LaneBuilder &b, Value field, Value column,
                           Component d, Value value) {
  Place place = places.lookup(field);
  Type stored = storedType(value.getType());
  if (value.getType() != stored)
    value = arith::ExtUIOp::create(b, stored, value);
  Value offset = b.add(b.mul(d.value(b), columns), column);
  b.storeScalar(value, b.element(b.bytes(base, place.offset), stored, offset));
}

Value ColumnTile::load(LaneBuilder &b, Value field, Value first, int64_t count,
                       int64_t other, Component d) {
  Place place = places.lookup(field);
  Type element = rowElement(field.getType()), stored = storedType(element);
  Value address;
  int64_t together, which;
  if (place.group >= 0 && d.dynamic) {
    Group &group = groups[place.group];
    together = 1;
    which = 0;
    address = b.element(groupAddress(b, group, b.add(first, other), 0), stored,
                        b.add(d.value(b), place.offset));
  } else if (place.group >= 0) {
    Group &group = groups[place.group];
    int64_t at = place.offset + d.offset;
    together = group.perLoad;
    which = at % together;
    address = groupAddress(b, group, b.add(first, other), at - which);
  } else {
    together = std::min(count, loadBytes / elementBytes(stored));
    which = other % together;
    Value offset =
        b.add(b.mul(d.value(b), columns), b.add(first, other - which));
    address = b.element(b.bytes(base, place.offset), stored, offset);
  }
  Value values = LLVM::LoadOp::create(b, VectorType::get({together}, stored),
                                      address, together * elementBytes(stored));
  Value value = b.extract(values, which);
  if (stored != element)
    value = arith::TruncIOp::create(b, element, value);
  return b.splat(value, 1);
}
