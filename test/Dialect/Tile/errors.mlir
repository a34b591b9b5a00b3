// RUN: keops-opt %s --split-input-file --verify-diagnostics

keops.kernel @inputs arguments [] results [] {
  // expected-error @below {{pair region yields 0 rows, the accumulators take 1}}
  tile.nest rows i columns j full false
      accumulators [#tile.accumulator<"sum", 1, 0, [vector<1xf32>]>] places []
  row_stage { tile.yield } column_stage { tile.yield } pair { tile.yield }
  finish {
  ^bb0(%s: vector<1xf32>):
    tile.yield
  }
}

// -----

keops.kernel @places arguments [] results [] {
  // expected-error @below {{finish region yields 0 rows for 1 places}}
  tile.nest rows i columns param full false accumulators []
      places [#tile.place<output = true, 0>]
  row_stage { tile.yield } column_stage { tile.yield } pair { tile.yield } finish { tile.yield }
}

// -----

keops.kernel @arguments arguments [#keops.argument<"x", i, f32, [3]>] results [] {
^bb0(%x: vector<3xf32>):
  // expected-error @below {{pair region takes 0 rows that do not match the 1 it is given}}
  tile.nest rows i columns j full false accumulators [] places []
  row_stage { tile.yield %x : vector<3xf32> } column_stage { tile.yield }
  pair { tile.yield }
  finish {
  ^bb0(%f: vector<3xf32>):
    tile.yield
  }
}
