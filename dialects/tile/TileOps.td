//===- TileOps.td - how the pairs of a pass are visited --------------------===//
//
// One operation, `tile.nest`, holds a pass over the pairs: what runs once per
// row, once per column, once per pair and at the end, with its accumulators and
// its schedule. CPU and GPU lower the same nest. README.md beside this file
// explains the design.
//
//===----------------------------------------------------------------------===//

#ifndef TILE_OPS_TD
#define TILE_OPS_TD

include "keops/StructureOps.td"

def Tile_Dialect : Dialect {
  let name = "tile";
  let summary = "how a pass over the pairs runs: stages, tiles, accumulators";
  let cppNamespace = "::keops::tile";
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::keops::KeopsDialect"];
}

class Tile_Op<string mnemonic, list<Trait> traits = []>
    : Op<Tile_Dialect, mnemonic, traits>;

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

def Tile_AccumulatorAttr : AttrDef<Tile_Dialect, "Accumulator"> {
  let mnemonic = "accumulator";
  let summary = "one reduction of a nest: its record, inputs and results";
  let description = [{
    `kind` names a record of Reductions.td, which has identity, accumulate,
    merge and finish. It takes the next `numInputs` values that the pair region
    yields and gives the next `resultTypes` arguments of the finish region. `k`
    is the number of entries a selection keeps.
  }];
  let parameters = (ins "::mlir::StringAttr":$kind, "int64_t":$numInputs,
                        "int64_t":$k, ArrayRefParameter<"::mlir::Type">:$resultTypes);
  let assemblyFormat = "`<` $kind `,` $numInputs `,` $k `,` `[` $resultTypes `]` `>`";
}

def Tile_AccumulatorArrayAttr
    : TypedArrayAttrBase<Tile_AccumulatorAttr, "accumulators">;

def Tile_ScheduleAttr : AttrDef<Tile_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "the tile sizes of a nest";
  let description = [{
    lanes        SIMD lanes (CPU) or threads (GPU) side by side
    blockRows    rows of one task: they are staged together
    blockColumns columns staged together
    tileRows     lane groups of rows held in registers
    tileColumns  columns held in registers against them
    unroll       widest row kept component by component in registers; wider
                 rows are looped over
    keep         widest component of a state kept in registers (0: as wide as
                 `unroll`); wider ones are in memory, where several columns are
                 taken in for one load and one store
    partials     whether a block of columns has accumulators of its own, which
                 are then merged into the total (block summation)
  }];
  let parameters = (ins "int64_t":$lanes, "int64_t":$blockRows,
                        "int64_t":$blockColumns, "int64_t":$tileRows,
                        "int64_t":$tileColumns, "int64_t":$unroll,
                        "bool":$partials, DefaultValuedParameter<"int64_t", "0">:$keep);
  let assemblyFormat = [{
    `<` `lanes` `=` $lanes `,` `block` `=` $blockRows `x` $blockColumns `,`
    `tile` `=` $tileRows `x` $tileColumns `,` `unroll` `=` $unroll `,`
    `partials` `=` $partials (`,` `keep` `=` $keep^)? `>`
  }];
}

def Tile_PlaceAttr : AttrDef<Tile_Dialect, "Place"> {
  let mnemonic = "place";
  let summary = "where a finished row goes: a result of the kernel or a store";
  let description = [{
    `output` n is the kernel's n-th result. A store keeps a finished row for a
    later nest of the same kernel, read there by `tile.stored`.
  }];
  let parameters = (ins "bool":$isOutput, "int64_t":$number);
  let assemblyFormat = "`<` `output` `=` $isOutput `,` $number `>`";
}

def Tile_PlaceArrayAttr : TypedArrayAttrBase<Tile_PlaceAttr, "places">;

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

def Tile_NestOp : Tile_Op<"nest", [NoTerminator]> {
  let summary = "one pass over the pairs (or, without columns, over the rows)";
  let description = [{
    `rows` is the axis kept (both for a full reduction: rows i, columns j, and the
    rows are merged at the end), `columns` the axis reduced. Variables and
    operations that depend on parameters alone are captured from the kernel.

    - row stage: runs once per row; yields the row's fields;
    - column stage: runs once per column; yields the column's fields;
    - pair: takes row fields, then column fields; yields the accumulators' inputs;
    - finish: takes the reductions' results, then row fields; yields finished
      rows, which go to `places`.

    After staging, a pair region holds nothing that depends on the rows alone or
    the columns alone (but for what is cheaper to compute than to load).
  }];
  let arguments = (ins Keops_AxisAttr:$rows, Keops_AxisAttr:$columns,
                       BoolAttr:$full,
                       Tile_AccumulatorArrayAttr:$accumulators,
                       Tile_PlaceArrayAttr:$places,
                       OptionalAttr<Tile_ScheduleAttr>:$schedule,
                       OptionalAttr<Tile_ScheduleAttr>:$fewSchedule);
  let regions = (region SizedRegion<1>:$rowStage, SizedRegion<1>:$columnStage,
                        SizedRegion<1>:$pair, SizedRegion<1>:$finish);
  let assemblyFormat = [{
    `rows` $rows `columns` $columns `full` $full
    `accumulators` $accumulators `places` $places
    (`schedule` $schedule^)? (`few` $fewSchedule^)? attr-dict-with-keyword
    `row_stage` $rowStage `column_stage` $columnStage `pair` $pair `finish` $finish
  }];
  let hasVerifier = 1;
}

def Tile_YieldOp : Tile_Op<"yield", [Terminator, HasParent<"NestOp">, Pure]> {
  let summary = "what a region of a nest gives";
  let arguments = (ins Variadic<Keops_Row>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def Tile_StoredOp : Tile_Op<"stored", [Pure]> {
  let summary = "the row that an earlier nest kept in a store";
  let arguments = (ins I64Attr:$number, Keops_AxisAttr:$axis);
  let results = (outs Keops_Row:$result);
  let assemblyFormat = "$number `over` $axis attr-dict `:` type($result)";
}

def Tile_CentreOp : Tile_Op<"centre", [Pure, SameOperandsAndResultType]> {
  let summary = "a point among the rows of a variable";
  let description = [{
    The mean of four rows spread over the variable; components that are not
    finite, and all of them where there are no rows, are 0. It depends on no
    index, for it is the same for all.
  }];
  let arguments = (ins Keops_Row:$rows);
  let results = (outs Keops_Row:$result);
  let assemblyFormat = "$rows attr-dict `:` type($result)";
}

def Tile_AlternativeOp : Tile_Op<"alternative", [Pure]> {
  let summary = "one of two ways to the same value";
  let description = [{
    In a pair region: `fast` and `slow` are equal up to rounding where `when`,
    which depends on no index, holds, and where no component of the pair's
    arguments number `row` and `column` exceeds `bound` in size. A lowering that
    cannot make sure of that takes `slow`.
  }];
  let arguments = (ins Keops_Mask:$when, Keops_Row:$fast, Keops_Row:$slow,
                       I64Attr:$row, I64Attr:$column, F64Attr:$bound);
  let results = (outs Keops_Row:$result);
  let assemblyFormat = [{
    `when` $when `and` `arguments` $row `,` $column `within` $bound
    `:` $fast `,` $slow attr-dict `:` functional-type(operands, results)
  }];
}

#endif // TILE_OPS_TD
