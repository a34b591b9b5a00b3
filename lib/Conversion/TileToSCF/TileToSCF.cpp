//===- TileToSCF.cpp - nests become functions, kernels a table ------------===//
//
// Writes the functions of every nest for its target and replaces the kernels by
// the table that tells the runtime about them (KernelTable.h).
//
//===----------------------------------------------------------------------===//

#include "NestLowering.h"
#include "keops/Analysis/Schedule.h"
#include "keops/Conversion/Passes.h"
#include "keops/Dialect/Keops/KernelTable.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace keops;

namespace {

/// keops_rt_type of an element type.
int64_t runtimeType(Type element) {
  if (element.isF16())
    return 0;
  if (element.isBF16())
    return 1;
  if (element.isF32())
    return 2;
  if (element.isF64())
    return 3;
  return element.isInteger(32) ? 4 : 5;
}

class KernelLowering {
public:
  KernelLowering(ModuleOp module, KernelOp kernel, ArrayRef<CpuTarget> targets)
      : module(module), kernel(kernel), targets(targets),
        b(kernel.getContext()) {}

  DictionaryAttr run() {
    std::map<std::string, SmallVector<Attribute>> code;
    SmallVector<Attribute> passes;
    for (auto nest : kernel.getBodyBlock()->getOps<tile::NestOp>()) {
      std::string cpu = nest->getAttrOfType<StringAttr>("target").str();
      int64_t pass = nest->getAttrOfType<IntegerAttr>("pass").getInt();
      code[cpu].push_back(lowerNest(nest, cpu, pass));
      if (cpu == targets.front().cpu)
        passes.push_back(describePass(nest));
    }
    SmallVector<Attribute> variants;
    for (const CpuTarget &target : targets)
      variants.push_back(
          dictionary({{table::cpu, b.getStringAttr(target.cpu)},
                      {table::features, b.getStringAttr(target.features)},
                      {table::code, b.getArrayAttr(code[target.cpu])}}));
    Attribute gpu = kernel->getAttr(table::gpu);
    if (!gpu)
      gpu = b.getArrayAttr({});
    return dictionary({{table::gpu, gpu},
                       {table::name, kernel.getSymNameAttr()},
                       {table::args, describeArguments()},
                       {table::passes, b.getArrayAttr(passes)},
                       {table::stored, describeStores()},
                       {table::variants, b.getArrayAttr(variants)}});
  }

private:
  using Entries = std::initializer_list<std::pair<StringRef, Attribute>>;

  DictionaryAttr dictionary(Entries entries) {
    SmallVector<NamedAttribute> attributes;
    for (auto &[name, value] : entries)
      attributes.push_back(b.getNamedAttr(name, value));
    return b.getDictionaryAttr(attributes);
  }
  Attribute number(int64_t value) { return b.getI64IntegerAttr(value); }
  Attribute axis(Axis value) { return number(static_cast<int64_t>(value)); }

  Attribute lowerNest(tile::NestOp nest, const std::string &cpu, int64_t pass) {
    const CpuTarget *target = llvm::find_if(
        targets, [&](const CpuTarget &t) { return t.cpu == cpu; });
    std::string prefix =
        ("keops." + kernel.getSymName() + "." + Twine(pass) + "." + cpu).str();
    NestFunctions functions =
        NestLowering(module, nest, prefix, nest.getSchedule()->getLanes())
            .run();
    for (const std::string *name :
         {&functions.accumulate, &functions.accumulateFew, &functions.merge,
          &functions.fold, &functions.finish})
      if (!name->empty())
        markTarget(module.lookupSymbol<func::FuncOp>(*name), *target);
    for (const std::string *name :
         {&functions.accumulate, &functions.accumulateFew})
      if (!name->empty())
        module.lookupSymbol(*name)->setAttr("keops.pairs", b.getUnitAttr());
    PairOrder order = choosePairOrder(shapeOf(nest), *target);
    if (order != PairOrder::Usual)
      module.lookupSymbol(functions.accumulate)
          ->setAttr(order == PairOrder::Interleaved ? "keops.interleave"
                                                    : "keops.depth_first",
                    b.getUnitAttr());
    return dictionary(
        {{table::accumulate, b.getStringAttr(functions.accumulate)},
         {table::accumulateFew, b.getStringAttr(functions.accumulateFew)},
         {table::merge, b.getStringAttr(functions.merge)},
         {table::fold, b.getStringAttr(functions.fold)},
         {table::finish, b.getStringAttr(functions.finish)},
         {table::scratchBytes, number(functions.scratchBytes)}});
  }

  /// Code generation reads the target of a function from these.
  void markTarget(func::FuncOp function, const CpuTarget &target) {
    function->setAttr("keops.cpu", b.getStringAttr(target.cpu));
    function->setAttr("keops.features", b.getStringAttr(target.features));
    function->setAttr("keops.vector_bits", number(target.vectorBits));
    function->setAttr("keops.fma", b.getBoolAttr(target.hasFma));
  }

  /// Columns that a piece of them should have. A state that few columns change
  /// takes in nearly all of the first ones, and so begins anew as rarely as it
  /// can.
  static int64_t leastColumns(tile::NestOp nest) {
    int64_t kept = 0;
    for (auto acc :
         nest.getAccumulators().getAsRange<tile::AccumulatorAttr>()) {
      const ReductionRecord *record = lookupReduction(acc.getKind());
      if (record->isSelection || !record->changes.empty())
        kept = std::max({kept, acc.getK(), int64_t(1)});
    }
    return 1024 * (kept ? std::clamp<int64_t>(2 * kept, 8, 64) : 1);
  }

  Attribute describePass(tile::NestOp nest) {
    NestShape shape = shapeOf(nest);
    StateLayout layout(nest, nest.getSchedule()->getBlockRows());
    bool hasFew = nest.getFewSchedule().has_value();
    return dictionary(
        {{table::rowAxis, axis(nest.getRows())},
         {table::columnAxis, axis(nest.getColumns())},
         {table::full, number(nest.getFull())},
         {table::blockRows, number(layout.blockRows)},
         {table::fewRows, number(hasFew ? fewRows(shape) : 0)},
         {table::minColumns, number(leastColumns(nest))},
         {table::stateBytes, number(layout.bytes)},
         {table::pairCost, number(std::max<int64_t>(shape.operations, 1))}});
  }

  Attribute describeArgument(ArgumentAttr argument, bool isOutput) {
    return dictionary(
        {{table::name, argument.getName()},
         {table::axis, axis(argument.getRole())},
         {table::output, number(isOutput)},
         {table::type, number(runtimeType(argument.getElementType()))},
         {table::dim, number(argument.getSize())}});
  }

  Attribute describeArguments() {
    SmallVector<Attribute> arguments;
    for (auto argument : kernel.getArgs().getAsRange<ArgumentAttr>())
      arguments.push_back(describeArgument(argument, false));
    for (auto result : kernel.getResults().getAsRange<ArgumentAttr>())
      arguments.push_back(describeArgument(result, true));
    return b.getArrayAttr(arguments);
  }

  /// The stores that nests write, by number.
  Attribute describeStores() {
    std::map<int64_t, Attribute> stores;
    kernel.walk([&](tile::NestOp nest) {
      for (auto [place, row] : llvm::zip_equal(
               nest.getPlaces().getAsRange<tile::PlaceAttr>(),
               nest.getFinish().front().getTerminator()->getOperands())) {
        if (place.getIsOutput())
          continue;
        int64_t bytes = rowSize(row) * elementBytes(rowElement(row.getType()));
        stores[place.getNumber()] = dictionary(
            {{table::axis, axis(nest.getFull() ? Axis::none : nest.getRows())},
             {table::rowBytes, number(bytes)}});
      }
    });
    SmallVector<Attribute> result;
    for (auto &[number, store] : stores)
      result.push_back(store);
    return b.getArrayAttr(result);
  }

  ModuleOp module;
  KernelOp kernel;
  ArrayRef<CpuTarget> targets;
  Builder b;
};

struct ConvertTileToSCFPass
    : PassWrapper<ConvertTileToSCFPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ConvertTileToSCFPass)
  explicit ConvertTileToSCFPass(std::vector<CpuTarget> targets)
      : targets(std::move(targets)) {}

  StringRef getArgument() const final { return "convert-tile-to-scf"; }
  StringRef getDescription() const final {
    return "write the loops of each nest, in functions the runtime calls";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect,
                    scf::SCFDialect, vector::VectorDialect>();
  }

  void runOnOperation() final {
    ModuleOp module = getOperation();
    SmallVector<KernelOp> kernels(module.getOps<KernelOp>());
    SmallVector<Attribute> table;
    for (KernelOp kernel : kernels) {
      table.push_back(KernelLowering(module, kernel, targets).run());
      kernel.erase();
    }
    module->setAttr(table::kernels, ArrayAttr::get(&getContext(), table));
  }

private:
  std::vector<CpuTarget> targets;
};

} // namespace

std::unique_ptr<Pass>
keops::createConvertTileToSCFPass(std::vector<CpuTarget> targets) {
  return std::make_unique<ConvertTileToSCFPass>(std::move(targets));
}
