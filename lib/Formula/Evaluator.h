//===- Evaluator.h - expressions to values ----------------------*- C++ -*-===//
//
// Walks a kernel's formula with its functions inlined, checks every operation
// and adds it to the kernel's program. A value that depends on something broken
// is poison: what is done with it is not reported again.
//
// By topic: Evaluate.cpp (names, lets, calls of definitions), Elementwise.cpp
// (types, broadcasting, operators), Components.cpp (subscripts, vectors),
// Contractions.cpp (matrices), Reductions.cpp, Derivatives.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_LIB_FORMULA_EVALUATOR_H
#define KEOPS_LIB_FORMULA_EVALUATOR_H

#include "Callee.h"
#include "NameCheck.h"
#include "Number.h"
#include "ProgramBuilder.h"
#include "keops/Support/Diagnostics.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include <map>

namespace keops {

/// What an expression stands for.
struct Value {
  enum class Kind {
    /// Something reported already.
    Poison,
    /// A constant without element type, of dimension 1.
    Literal,
    /// A row: a node of the program, seen with a shape.
    Row,
    /// The results of a reduction that has several, or of `(a, b)`.
    Tuple,
  };
  Kind kind = Kind::Poison;
  Number literal;
  NodeId node = 0;
  Shape shape;
  std::vector<Value> parts;

  static Value ofLiteral(Number number) {
    Value value;
    value.kind = Kind::Literal;
    value.literal = number;
    return value;
  }
  static Value ofRow(NodeId node, Shape shape) {
    Value value;
    value.kind = Kind::Row;
    value.node = node;
    value.shape = shape;
    return value;
  }
  bool isPoison() const { return kind == Kind::Poison; }
  bool isLiteral() const { return kind == Kind::Literal; }
  bool isRow() const { return kind == Kind::Row; }
};

/// A value with the expression it came from, for messages.
struct Operand {
  Value value;
  const Expr *expr;
};

/// The body that is being evaluated: the kernel's or an inlined function's.
struct Frame {
  const SourceFile *file = nullptr;
  llvm::StringMap<Value> locals;
  /// The call that led here, with its arguments; null in the kernel.
  const CallExpr *call = nullptr;
  llvm::ArrayRef<Operand> args;
  Frame *caller = nullptr;
};

class Evaluator;

/// A diagnostic under construction: like DiagnosticBuilder, but places inside
/// the prelude become the user's call, and the chain of calls is noted.
class Report {
public:
  Report(Evaluator &evaluator, SourceRange range, const llvm::Twine &message);
  ~Report();
  Report &highlight(SourceRange range);
  Report &note(const llvm::Twine &message, SourceRange range = {});
  Report &repair(const llvm::Twine &message);
  Report &repair(const llvm::Twine &message, SourceRange range,
                 const llvm::Twine &replacement);

private:
  Evaluator &evaluator;
  DiagnosticBuilder builder;
};

class Evaluator {
public:
  Evaluator(const Program &program, const BrokenExprs &broken,
            const CheckOptions &options, DiagnosticEngine &diagnostics)
      : program(program), broken(broken), options(options),
        diagnostics(diagnostics) {}

  /// The value of a constant, computed on first use.
  Value constant(Symbol &symbol);
  /// An expression that must be an integer in [low, high]; `what` names it in
  /// messages ("dimension"). Poison is nullopt without a message.
  std::optional<int64_t> constantInteger(const Operand &operand,
                                         llvm::StringRef what, int64_t low,
                                         int64_t high);
  /// A dimension in the header of a kernel of `file`: a constant expression.
  std::optional<int64_t> dimension(const Expr &expr, const SourceFile &file);

  /// Starts a kernel: an empty program and the variables in scope.
  void enter(Frame &kernelFrame, const CheckedKernel &kernel);
  void leave() {
    frame = nullptr;
    kernel = nullptr;
  }
  Value evaluate(const Expr &expr);
  /// The node of a value as a result of its kernel: conditions and literals
  /// become numbers of the default type.
  NodeId resultNode(const Value &value, SourceRange range);
  ProgramBuilder &nodes() { return builder; }
  const Node &node(const Value &value) const { return builder[value.node]; }

  // Functions of the components, by VectorFunction (Components.cpp).
  using Operands = llvm::ArrayRef<Operand>;
  Value componentSum(const CallExpr &call, Operands args);
  Value componentMin(const CallExpr &call, Operands args);
  Value componentMax(const CallExpr &call, Operands args);
  Value componentArgMin(const CallExpr &call, Operands args);
  Value componentArgMax(const CallExpr &call, Operands args);
  Value where(const CallExpr &call, Operands args);
  Value roundDigits(const CallExpr &call, Operands args);
  Value repeat(const CallExpr &call, Operands args);
  Value extractT(const CallExpr &call, Operands args);
  Value weightedSqNorm(const CallExpr &call, Operands args);
  Value iota(const CallExpr &call, Operands args);
  // Contractions.cpp.
  Value matVec(const CallExpr &call, Operands args);
  Value vecMat(const CallExpr &call, Operands args);
  Value outer(const CallExpr &call, Operands args);
  Value kron(const CallExpr &call, Operands args);
  Value tensorDot(const CallExpr &call, Operands args);
  // Derivatives.cpp.
  Value gradient(const CallExpr &call, Operands args);
  Value directionalDerivative(const CallExpr &call, Operands args);
  Value divergence(const CallExpr &call, Operands args);
  Value laplacian(const CallExpr &call, Operands args);
  Value jacobian(const CallExpr &call, Operands args);

  // Messages.
  Report error(SourceRange range, const llvm::Twine &message) {
    return Report(*this, range, message);
  }
  /// "'x' is i x[3]", "'x - y' has dimension 3", "'2' is a number".
  std::string describe(const Operand &operand) const;
  std::string describeIndices(const Operand &operand) const;
  /// The text of an expression, shortened to fit a message.
  std::string excerpt(const Expr &expr) const;
  /// Where the user can see `range`: itself, or the call into the prelude.
  SourceRange visible(SourceRange range) const;

private:
  friend class Report;

  // Evaluate.cpp.
  Value evaluateKind(const Expr &expr);
  Value evaluateName(const NameExpr &name);
  Value builtinValue(const NameExpr &name);
  Value evaluateLet(const LetExpr &let);
  Value evaluateTuple(const TupleExpr &tuple);
  Value evaluateCall(const CallExpr &call);
  Value callDefinition(Symbol &symbol, const CallExpr &call, Operands args);
  Value callPrelude(llvm::StringRef name, const CallExpr &call, Operands args);

  // Elementwise.cpp.
  Value evaluateUnary(const UnaryExpr &unary);
  Value evaluateBinary(const BinaryExpr &binary);
  Value elementwise(const PrimitiveRecord &record, const Expr &expr,
                    SourceRange opRange, Operands operands);
  Value power(const BinaryExpr &binary, Operands operands);
  Value integerPower(const Operand &base, int64_t exponent, SourceRange range);
  Value fold(llvm::StringRef name, const Expr &expr, Operands operands,
             bool &isFolded);
  /// The shape all operands broadcast to; reports and returns nullopt when
  /// dimensions differ. `what` is the operator or function.
  std::optional<Shape> commonShape(llvm::StringRef what, bool isOperator,
                                   SourceRange opRange, Operands operands);
  /// The part of an operand that gives it its dimension: `x` of `2 * x`.
  Operand blame(Operand operand);
  void reportShapes(llvm::StringRef what, bool isOperator, SourceRange opRange,
                    Operands operands, llvm::StringRef found);
  /// The type operands meet in; bool only if all are conditions.
  ElementType meetingType(Operands operands) const;
  /// The same where numbers are computed with: never bool.
  ElementType numberType(Operands operands) const;
  NodeId materialise(const Value &value, ElementType type, int64_t dim,
                     SourceRange range);
  NodeId materialiseCondition(const Value &value, int64_t dim,
                              SourceRange range);
  /// Reports tuples where one value is needed; true if all may be used.
  bool checkOperands(Operands operands);

  // Components.cpp.
  Value fold1(llvm::StringRef name, const CallExpr &call, const Operand &arg,
              std::optional<ElementType> result);
  Value evaluateSubscript(const SubscriptExpr &subscript);
  Value evaluateConcat(const ConcatExpr &concat);
  struct Span {
    int64_t first = 0;
    int64_t size = 1;
    bool isSlice = false;
  };
  std::optional<Span> span(const SubscriptIndex &index, int64_t extent,
                           const Operand &base);
  Value slice(const Value &base, int64_t offset, Shape shape,
              SourceRange range);
  Value matrixBlock(const Value &base, Span rows, Span cols, SourceRange range);
  Value dynamicElement(const SubscriptExpr &subscript, const Operand &base,
                       const Operand &index);

  // Contractions.cpp.
  Value contract(const CallExpr &call, Operands args, Contraction contraction,
                 Shape shape);
  bool integerList(const Operand &operand,
                   llvm::SmallVectorImpl<int64_t> &list);

  // Derivatives.cpp.
  /// An output, the value it is differentiated in, and their rows.
  struct Differentiation {
    NodeId output = 0;
    NodeId variable = 0;
    RowType outputRow, variableRow;
    /// The output contains a reduction.
    bool isTotal = false;
    SourceRange range;
  };
  std::optional<Differentiation> differentiate(const CallExpr &call,
                                               Operands args);
  bool checkVariable(const CallExpr &call, const Operand &variable);
  bool checkSeed(const Operand &seed, const Operand &owner,
                 llvm::StringRef what, IndexSet allowed, bool isTotal);
  bool checkDirections(const CallExpr &call, int64_t count);
  NodeId derivative(Node::Kind kind, const Differentiation &d, NodeId seed);
  NodeId unitVector(RowType row, int64_t position, SourceRange range);
  NodeId traceOfJacobian(const Differentiation &d);

  // Reductions.cpp.
  Value evaluateReduction(const CallExpr &call, const Callee &callee,
                          Operands args);
  bool checkReductionInputs(const CallExpr &call, IndexSet axis,
                            Operands inputs);
  Operand defaultInput(const ReductionRecord &record, size_t number,
                       const CallExpr &call);

  const Program &program;
  const BrokenExprs &broken;
  const CheckOptions &options;
  DiagnosticEngine &diagnostics;

  ProgramBuilder builder;
  const CheckedKernel *kernel = nullptr;
  Frame *frame = nullptr;
  unsigned depth = 0;
  uint64_t steps = 0;
  bool exhausted = false;
  /// Definitions already inlined with these arguments.
  std::map<std::string, Value> inlined;
};

} // namespace keops

#endif // KEOPS_LIB_FORMULA_EVALUATOR_H
