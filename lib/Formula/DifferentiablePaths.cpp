//===- DifferentiablePaths.cpp - where a derivative is zero ---------------===//

#include "DifferentiablePaths.h"
#include "keops/Formula/PrimitiveTable.h"
#include "keops/Formula/ReductionTable.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace keops;
using llvm::ArrayRef;
using llvm::StringRef;

/// The node whose operands a value is computed from: of a result, that of the
/// reduction or derivative.
static const Node &sourceOf(const ProgramBuilder &nodes, NodeId id) {
  const Node &node = nodes[id];
  return node.kind == Node::Kind::Result ? nodes[node.operands.front()] : node;
}

static bool reductionPasses(const Node &reduce, size_t result, size_t input) {
  const ReductionRecord *record = lookupReduction(reduce.name);
  if (record->partials.empty() && !record->companion.empty())
    record = lookupReduction(record->companion);
  size_t place = result * reduce.operands.size() + input;
  return !record->partials.empty() && record->partials[place] != "0";
}

/// Whether `id` has a derivative in operand `number` of its source that is not
/// zero everywhere.
static bool passes(const ProgramBuilder &nodes, NodeId id, size_t number) {
  const Node &node = nodes[id];
  const Node &source = sourceOf(nodes, id);
  if (!isReal(node.row.type))
    return false;
  switch (source.kind) {
  case Node::Kind::Op: {
    const PrimitiveRecord *record = lookupPrimitive(source.name);
    return !record || (number < record->partials.size() &&
                       record->partials[number] != "0");
  }
  case Node::Kind::Reduce:
    return reductionPasses(source, node.number, number);
  case Node::Kind::Grad:
  case Node::Kind::Jvp:
    return number < source.number + source.seedCount();
  default:
    return false;
  }
}

DifferentiablePaths keops::findPaths(const ProgramBuilder &nodes,
                                     ArrayRef<NodeId> outputs,
                                     NodeId variable) {
  // Operands come before what uses them: nothing below the variable matters.
  llvm::DenseSet<NodeId> visited;
  llvm::SmallVector<NodeId> stack(outputs.begin(), outputs.end()), order;
  while (!stack.empty()) {
    NodeId id = stack.pop_back_val();
    if (id < variable || !visited.insert(id).second)
      continue;
    order.push_back(id);
    const Node &source = sourceOf(nodes, id);
    stack.append(source.operands.begin(), source.operands.end());
  }
  llvm::sort(order);

  DifferentiablePaths paths;
  paths.work = order.size();
  llvm::DenseSet<NodeId> smooth{variable};
  for (NodeId id : order) {
    bool isReached = false;
    for (auto [number, operand] :
         llvm::enumerate(sourceOf(nodes, id).operands)) {
      if (!smooth.contains(operand))
        continue;
      isReached = true;
      if (passes(nodes, id, number))
        smooth.insert(id);
    }
    if (isReached && !smooth.contains(id))
      paths.barriers.push_back(id);
  }
  std::reverse(paths.barriers.begin(), paths.barriers.end());
  paths.exist = llvm::any_of(
      outputs, [&](NodeId output) { return smooth.contains(output); });
  return paths;
}

static std::string nameOf(const ProgramBuilder &nodes, NodeId id) {
  const Node &source = sourceOf(nodes, id);
  if (source.kind == Node::Kind::Reduce)
    return ("'" + source.name + "_" + suffix(source.axis) + "'").str();
  if (source.row.type == ElementType::Bool)
    return "a comparison";
  StringRef name = source.name;
  bool isSearch = name == "vargmin" || name == "vargmax";
  return ("'" + name.drop_front(isSearch ? 1 : 0) + "'").str();
}

std::string keops::describeBarriers(const ProgramBuilder &nodes,
                                    const DifferentiablePaths &paths,
                                    StringRef variable) {
  std::string text = ("'" + variable + "' ").str();
  if (paths.barriers.empty())
    return text + "does not occur in it";
  constexpr size_t maxShown = 3;
  llvm::SmallVector<std::string, 3> names;
  for (NodeId id : paths.barriers) {
    std::string name = nameOf(nodes, id);
    if (names.size() < maxShown && !llvm::is_contained(names, name))
      names.push_back(name);
  }
  text += "reaches it only through ";
  for (auto [number, name] : llvm::enumerate(names))
    text += (number == 0                  ? ""
             : number + 1 == names.size() ? " and "
                                          : ", ") +
            name;
  return text + (names.size() == 1 ? ", whose derivative is zero"
                                   : ", whose derivatives are zero");
}
