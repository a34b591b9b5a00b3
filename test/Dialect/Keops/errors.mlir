// RUN: keops-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{variable "x" must have type 'vector<3xf32>', found 'vector<2xf32>'}}
keops.kernel @type arguments [#keops.argument<"x", i, f32, [3]>] results [] {
^bb0(%x: vector<2xf32>):
  keops.return
}

// -----

// expected-error @below {{has 1 variables but 0 block arguments}}
keops.kernel @count arguments [#keops.argument<"x", i, f32, [3]>] results [] {
  keops.return
}

// -----

keops.kernel @result arguments [] results [#keops.argument<"out", param, f32, [2]>] {
  %0 = keops.constant dense<1.0> : vector<1xf32>
  // expected-error @below {{result "out" has dimension 2, found 1}}
  keops.return %0 : vector<1xf32>
}

// -----

keops.kernel @slice arguments [#keops.argument<"x", i, f32, [3]>] results [] {
^bb0(%x: vector<3xf32>):
  // expected-error @below {{takes elements 2 to 4 of 3}}
  %0 = keops.slice %x from 2 : (vector<3xf32>) -> vector<2xf32>
  keops.return
}

// -----

keops.kernel @broadcast arguments [#keops.argument<"x", i, f32, [3]>] results [] {
^bb0(%x: vector<3xf32>):
  // expected-error @below {{repeats a row of one element, found 'vector<3xf32>'}}
  %0 = keops.broadcast %x : (vector<3xf32>) -> vector<6xf32>
  keops.return
}

// -----

keops.kernel @contract arguments [#keops.argument<"x", i, f32, [3]>] results [] {
^bb0(%x: vector<3xf32>):
  // expected-error @below {{operand shapes do not multiply to their dimensions}}
  %0 = keops.tensordot %x, %x dims [2], [3] contract [0], [0] : (vector<3xf32>, vector<3xf32>) -> vector<1xf32>
  keops.return
}

// -----

keops.kernel @cotangents arguments [#keops.argument<"x", i, f32, [3]>] results [] {
^bb0(%x: vector<3xf32>):
  %0 = keops.sum %x : (vector<3xf32>) -> vector<1xf32>
  // expected-error @below {{needs cotangents of types 'vector<1xf32>', found 'vector<3xf32>'}}
  %1 = keops.grad (%0) by (%x) wrt (%x) : (vector<1xf32>), (vector<3xf32>), (vector<3xf32>) -> vector<3xf32>
  keops.return
}

// -----

keops.kernel @tangents arguments [#keops.argument<"x", i, f32, [3]>] results [] {
^bb0(%x: vector<3xf32>):
  %0 = keops.sum %x : (vector<3xf32>) -> vector<1xf32>
  // expected-error @below {{needs tangents of types 'vector<3xf32>', found 'vector<1xf32>'}}
  %1 = keops.jvp (%0) by (%0) wrt (%x) : (vector<1xf32>), (vector<1xf32>), (vector<3xf32>) -> vector<1xf32>
  keops.return
}
