//===- ProgramBuilder.cpp - growing a flat list of operations -------------===//

#include "ProgramBuilder.h"
#include "llvm/ADT/bit.h"
#include <cassert>

using namespace keops;
using llvm::ArrayRef;
using llvm::StringRef;

/// Everything that tells one node from another, except its place in the text.
static std::string profile(const Node &node) {
  std::string key;
  auto put = [&](int64_t value) {
    key.append(reinterpret_cast<const char *>(&value), sizeof value);
  };
  auto putAll = [&](const auto &values) {
    put(values.size());
    for (auto value : values)
      put(value);
  };
  put(int64_t(node.kind) | int64_t(node.axis) << 8 |
      int64_t(node.row.type) << 16 | int64_t(node.isPointwise) << 24 |
      int64_t(node.given) << 32);
  put(node.row.dim);
  put(node.number);
  put(node.integer);
  put(llvm::bit_cast<int64_t>(node.real));
  putAll(node.operands);
  for (const auto *list : {&node.contraction.dimsf, &node.contraction.dimsg,
                           &node.contraction.contf, &node.contraction.contg,
                           &node.contraction.perm})
    putAll(*list);
  key += node.name;
  return key;
}

/// A gradient through a reduction has the rows of the value it is taken in, a
/// directional derivative those of its output; within one pair both have the
/// rows of everything they are computed from.
static IndexSet indicesOfDerivative(const std::vector<Node> &nodes,
                                    const Node &derivative, size_t number) {
  bool isGrad = derivative.kind == Node::Kind::Grad;
  if (derivative.isPointwise)
    return derivative.indices;
  size_t place = isGrad ? 2 * derivative.number + number : number;
  return nodes[derivative.operands[place]].indices;
}

void ProgramBuilder::deriveIndices(Node &node) const {
  for (NodeId operand : node.operands) {
    node.indices = node.indices | nodes[operand].indices;
    node.isReduced |= nodes[operand].isReduced;
  }
  if (node.kind == Node::Kind::Reduce) {
    node.indices = without(node.indices, node.axis);
    node.isReduced = true;
  }
  if (node.kind != Node::Kind::Result)
    return;
  const Node &source = nodes[node.operands.front()];
  if (source.kind == Node::Kind::Reduce)
    return;
  node.indices = indicesOfDerivative(nodes, source, node.number);
  node.isReduced |= source.kind == Node::Kind::Grad && !source.isPointwise;
}

NodeId ProgramBuilder::add(Node node) {
  auto [entry, isNew] = known.try_emplace(profile(node), nodes.size());
  if (!isNew)
    return entry->second;
  deriveIndices(node);
  nodes.push_back(std::move(node));
  return nodes.size() - 1;
}

std::vector<NodeId> ProgramBuilder::append(ArrayRef<Node> program) {
  std::vector<NodeId> places;
  for (Node node : program) {
    for (NodeId &operand : node.operands)
      operand = places[operand];
    places.push_back(add(std::move(node)));
  }
  return places;
}

NodeId ProgramBuilder::integer(int64_t value, ElementType type,
                               SourceRange range) {
  if (isReal(type))
    return real(double(value), type, range);
  Node node;
  node.kind = Node::Kind::Constant;
  node.row = {type, 1};
  node.integer = value;
  node.range = range;
  return add(std::move(node));
}

NodeId ProgramBuilder::real(double value, ElementType type, SourceRange range) {
  assert(isReal(type) && "a real constant of an integer type");
  Node node;
  node.kind = Node::Kind::Constant;
  node.row = {type, 1};
  node.real = value;
  node.range = range;
  return add(std::move(node));
}

NodeId ProgramBuilder::variable(unsigned number, RowType row, IndexSet indices,
                                SourceRange range) {
  Node node;
  node.kind = Node::Kind::Variable;
  node.number = number;
  node.row = row;
  node.indices = indices;
  node.range = range;
  return add(std::move(node));
}

NodeId ProgramBuilder::op(StringRef name, ArrayRef<NodeId> operands,
                          RowType row, SourceRange range, int64_t number) {
  Node node;
  node.name = name;
  node.operands.append(operands.begin(), operands.end());
  node.row = row;
  node.number = number;
  node.range = range;
  return add(std::move(node));
}

NodeId ProgramBuilder::result(NodeId reduce, unsigned number,
                              SourceRange range) {
  Node node;
  node.kind = Node::Kind::Result;
  node.operands.push_back(reduce);
  node.number = number;
  node.row = nodes[reduce].results[number];
  node.range = range;
  return add(std::move(node));
}

NodeId ProgramBuilder::cast(NodeId id, ElementType type) {
  const Node &node = nodes[id];
  ElementType from = node.row.type;
  if (from == type)
    return id;
  assert(type != ElementType::Bool && "conditions are made by condition()");
  assert((!isReal(from) || isReal(type)) && "reals never become integers");
  if (node.kind == Node::Kind::Constant && !isReal(from))
    return integer(node.integer, type, node.range);
  if (node.kind == Node::Kind::Constant)
    return real(node.real, type, node.range);
  return op("cast", id, {type, node.row.dim}, node.range);
}

NodeId ProgramBuilder::broadcast(NodeId id, int64_t dim) {
  RowType row = nodes[id].row;
  if (row.dim == dim)
    return id;
  assert(row.dim == 1 && "only dimension 1 broadcasts");
  return op("broadcast", id, {row.type, dim}, nodes[id].range);
}

NodeId ProgramBuilder::condition(NodeId id) {
  RowType row = nodes[id].row;
  SourceRange range = nodes[id].range;
  if (row.type == ElementType::Bool)
    return id;
  NodeId zero = broadcast(integer(0, row.type, range), row.dim);
  RowType mask{ElementType::Bool, row.dim};
  if (!isReal(row.type))
    return op("ne", {id, zero}, mask, range);
  // `x != 0` would be true of NaN.
  NodeId below = op("lt", {id, zero}, mask, range);
  NodeId above = op("gt", {id, zero}, mask, range);
  return op("or", {below, above}, mask, range);
}

std::vector<Node> ProgramBuilder::finish(llvm::MutableArrayRef<NodeId> roots) {
  std::vector<bool> live(nodes.size(), false);
  for (NodeId root : roots)
    live[root] = true;
  for (size_t id = nodes.size(); id-- > 0;)
    if (live[id])
      for (NodeId operand : nodes[id].operands)
        live[operand] = true;
  std::vector<NodeId> renumbered(nodes.size(), 0);
  std::vector<Node> kept;
  for (size_t id = 0; id < nodes.size(); ++id) {
    if (!live[id])
      continue;
    Node node = nodes[id];
    for (NodeId &operand : node.operands)
      operand = renumbered[operand];
    renumbered[id] = kept.size();
    kept.push_back(std::move(node));
  }
  for (NodeId &root : roots)
    root = renumbered[root];
  return kept;
}
