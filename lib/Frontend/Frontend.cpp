//===- Frontend.cpp - from a .kop file to the keops dialect ---------------===//
//
// A checked kernel is already flat, typed and explicit, so this is a
// transcription: one node, one operation. Halves are computed with in f32, so
// conversions between them vanish here.
//
//===----------------------------------------------------------------------===//

#include "keops/Frontend/Frontend.h"
#include "keops/Dialect/Keops/Keops.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/MLIRContext.h"

using namespace keops;
using llvm::ArrayRef;
using llvm::StringRef;

namespace {
/// Transcribes one kernel.
class KernelEmitter {
public:
  KernelEmitter(const CheckedKernel &kernel, const SourceManager &sources,
                mlir::OpBuilder &builder)
      : kernel(kernel), sources(sources), builder(builder) {}

  void run();

private:
  mlir::Location location(SourceRange range);
  mlir::Type storedType(ElementType type);
  mlir::VectorType rowType(RowType row);
  /// Those of the results of a reduction or derivative.
  llvm::SmallVector<mlir::Type, 2> rowTypes(const Node &node);
  ArgumentAttr argument(const CheckedArray &array);
  mlir::Value emit(const Node &node);
  mlir::Value emitConstant(const Node &node);
  mlir::Value emitOp(const Node &node);
  mlir::Operation *emitReduce(const Node &node);
  mlir::Operation *emitDerivative(const Node &node);
  mlir::Operation *create(const Node &node, StringRef name,
                          mlir::TypeRange types,
                          ArrayRef<mlir::NamedAttribute> attributes = {});
  llvm::SmallVector<mlir::Value, 3> operandsOf(const Node &node);

  const CheckedKernel &kernel;
  const SourceManager &sources;
  mlir::OpBuilder &builder;
  mlir::Block *body = nullptr;
  /// By node; reductions and derivatives have an operation instead.
  std::vector<mlir::Value> values;
  std::vector<mlir::Operation *> operations;
};
} // namespace

//===----------------------------------------------------------------------===//
// Types and places
//===----------------------------------------------------------------------===//

mlir::Location KernelEmitter::location(SourceRange range) {
  if (!range.isValid())
    return builder.getUnknownLoc();
  LineColumn place = sources.lineColumn(range.file, range.begin);
  return mlir::FileLineColLoc::get(
      builder.getContext(), sources.name(range.file), place.line, place.column);
}

mlir::Type KernelEmitter::storedType(ElementType type) {
  switch (type) {
  case ElementType::Bool:
    return builder.getI1Type();
  case ElementType::I32:
    return builder.getI32Type();
  case ElementType::I64:
    return builder.getI64Type();
  case ElementType::F16:
    return builder.getF16Type();
  case ElementType::BF16:
    return builder.getBF16Type();
  case ElementType::F32:
    return builder.getF32Type();
  case ElementType::F64:
    return builder.getF64Type();
  }
  llvm_unreachable("all element types are listed");
}

mlir::VectorType KernelEmitter::rowType(RowType row) {
  return mlir::VectorType::get({row.dim}, computeType(storedType(row.type)));
}

static Axis axisOf(IndexSet set) { return static_cast<Axis>(set); }

ArgumentAttr KernelEmitter::argument(const CheckedArray &array) {
  return ArgumentAttr::get(
      builder.getContext(), builder.getStringAttr(array.name),
      axisOf(array.indices), storedType(array.type), array.dims);
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

llvm::SmallVector<mlir::Value, 3> KernelEmitter::operandsOf(const Node &node) {
  llvm::SmallVector<mlir::Value, 3> operands;
  for (NodeId operand : node.operands)
    operands.push_back(values[operand]);
  return operands;
}

mlir::Operation *
KernelEmitter::create(const Node &node, StringRef name, mlir::TypeRange types,
                      ArrayRef<mlir::NamedAttribute> attributes) {
  mlir::OperationState state(location(node.range), ("keops." + name).str());
  state.addOperands(operandsOf(node));
  state.addTypes(types);
  state.addAttributes(attributes);
  return builder.create(state);
}

mlir::Value KernelEmitter::emitConstant(const Node &node) {
  mlir::VectorType type = rowType(node.row);
  mlir::Type element = type.getElementType();
  mlir::TypedAttr value =
      isReal(node.row.type)
          ? mlir::TypedAttr(builder.getFloatAttr(element, node.real))
          : mlir::TypedAttr(builder.getIntegerAttr(element, node.integer));
  auto row = mlir::DenseElementsAttr::get(type, value);
  return create(node, "constant", type, builder.getNamedAttr("value", row))
      ->getResult(0);
}

mlir::Value KernelEmitter::emitOp(const Node &node) {
  mlir::VectorType type = rowType(node.row);
  llvm::SmallVector<mlir::NamedAttribute, 5> attributes;
  auto add = [&](StringRef name, mlir::Attribute value) {
    attributes.push_back(builder.getNamedAttr(name, value));
  };
  if (node.name == "cast" && values[node.operands[0]].getType() == type)
    return values[node.operands[0]]; // Between a half and f32.
  if (node.name == "slice")
    add("offset", builder.getI64IntegerAttr(node.number));
  if (node.name == "tensordot") {
    const Contraction &c = node.contraction;
    add("dimsf", builder.getDenseI64ArrayAttr(c.dimsf));
    add("dimsg", builder.getDenseI64ArrayAttr(c.dimsg));
    add("contf", builder.getDenseI64ArrayAttr(c.contf));
    add("contg", builder.getDenseI64ArrayAttr(c.contg));
    add("perm", builder.getDenseI64ArrayAttr(c.perm));
  }
  return create(node, node.name, type, attributes)->getResult(0);
}

llvm::SmallVector<mlir::Type, 2> KernelEmitter::rowTypes(const Node &node) {
  llvm::SmallVector<mlir::Type, 2> types;
  for (RowType result : node.results)
    types.push_back(rowType(result));
  return types;
}

mlir::Operation *KernelEmitter::emitReduce(const Node &node) {
  mlir::MLIRContext *context = builder.getContext();
  mlir::NamedAttribute attributes[] = {
      builder.getNamedAttr("kind", builder.getStringAttr(node.name)),
      builder.getNamedAttr("axis", AxisAttr::get(context, axisOf(node.axis))),
      builder.getNamedAttr("k", builder.getI64IntegerAttr(node.number))};
  return create(node, "reduce", rowTypes(node), attributes);
}

mlir::Operation *KernelEmitter::emitDerivative(const Node &node) {
  llvm::SmallVector<int32_t, 5> segments;
  for (size_t size :
       {size_t(node.number), node.seedCount(), node.variableCount(),
        size_t(node.given), size_t(node.given)})
    segments.push_back(size);
  llvm::SmallVector<mlir::NamedAttribute, 2> attributes{builder.getNamedAttr(
      "operandSegmentSizes", builder.getDenseI32ArrayAttr(segments))};
  if (node.isPointwise)
    attributes.push_back(
        builder.getNamedAttr("pointwise", builder.getUnitAttr()));
  bool isGrad = node.kind == Node::Kind::Grad;
  return create(node, isGrad ? "grad" : "jvp", rowTypes(node), attributes);
}

mlir::Value KernelEmitter::emit(const Node &node) {
  switch (node.kind) {
  case Node::Kind::Constant:
    return emitConstant(node);
  case Node::Kind::Variable:
    return body->getArgument(node.number);
  case Node::Kind::Index:
  case Node::Kind::Size: {
    auto axis = AxisAttr::get(builder.getContext(), axisOf(node.axis));
    bool isIndex = node.kind == Node::Kind::Index;
    return create(node, isIndex ? "index" : "size", rowType(node.row),
                  builder.getNamedAttr("axis", axis))
        ->getResult(0);
  }
  case Node::Kind::Op:
    return emitOp(node);
  case Node::Kind::Result:
    return operations[node.operands[0]]->getResult(node.number);
  case Node::Kind::Reduce:
  case Node::Kind::Grad:
  case Node::Kind::Jvp:
    break;
  }
  llvm_unreachable("they have no single value");
}

void KernelEmitter::run() {
  llvm::SmallVector<mlir::Attribute> variables, results;
  for (const CheckedArray &variable : kernel.variables)
    variables.push_back(argument(variable));
  for (const CheckedArray &result : kernel.results)
    results.push_back(argument(result));
  mlir::StringAttr doc;
  if (!kernel.doc.empty())
    doc = builder.getStringAttr(kernel.doc);
  auto op = KernelOp::create(
      builder, location(kernel.range), builder.getStringAttr(kernel.name),
      builder.getArrayAttr(variables), builder.getArrayAttr(results), doc);

  mlir::OpBuilder::InsertionGuard guard(builder);
  body = builder.createBlock(&op.getBody());
  for (const CheckedArray &variable : kernel.variables) {
    int64_t dim = 1;
    for (int64_t each : variable.dims)
      dim *= each;
    body->addArgument(rowType({variable.type, dim}), location(variable.range));
  }
  values.resize(kernel.nodes.size());
  operations.resize(kernel.nodes.size());
  for (size_t id = 0; id < kernel.nodes.size(); ++id) {
    const Node &node = kernel.nodes[id];
    if (node.kind == Node::Kind::Reduce)
      operations[id] = emitReduce(node);
    else if (node.kind == Node::Kind::Grad || node.kind == Node::Kind::Jvp)
      operations[id] = emitDerivative(node);
    else
      values[id] = emit(node);
  }
  llvm::SmallVector<mlir::Value> returned;
  for (NodeId id : kernel.resultNodes)
    returned.push_back(values[id]);
  ReturnOp::create(builder, location(kernel.range), returned);
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

mlir::OwningOpRef<mlir::ModuleOp>
keops::emitModule(const CheckedModule &checked, const SourceManager &sources,
                  FileId main, mlir::MLIRContext &context) {
  context.getOrLoadDialect<KeopsDialect>();
  mlir::OpBuilder builder(&context);
  auto start = mlir::FileLineColLoc::get(&context, sources.name(main), 1, 1);
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(start);
  builder.setInsertionPointToEnd(module->getBody());
  for (const CheckedKernel &kernel : checked.kernels)
    KernelEmitter(kernel, sources, builder).run();
  return module;
}

mlir::OwningOpRef<mlir::ModuleOp>
keops::importFile(FileId main, const CheckOptions &options,
                  DiagnosticEngine &diagnostics, mlir::MLIRContext &context,
                  std::vector<std::string> *dependencies) {
  std::optional<CheckedModule> checked =
      checkFile(main, options, diagnostics, dependencies);
  if (!checked)
    return nullptr;
  return emitModule(*checked, diagnostics.sourceManager(), main, context);
}
