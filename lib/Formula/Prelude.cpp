//===- Prelude.cpp - functions defined in the language itself -------------===//
//
// Every vector function that is a formula over the others is written as one.
// Dimensions broadcast as everywhere, so dot(f, g) with f of dimension 1 is
// f * sum(g).
//
//===----------------------------------------------------------------------===//

#include "Prelude.h"

const llvm::StringLiteral keops::preludeText = R"kop(
def dot(f, g) = sum(f * g)
def sqnorm(f) = sum(f * f)
def norm(f) = sqrt(sqnorm(f))
def normalize(f) = f * rsqrt(sqnorm(f))
def sqdist(f, g) = sqnorm(f - g)
def dist(f, g) = norm(f - g)

// f' S f where s is a number, a diagonal or a full matrix.
def _wsqnorm_number(s, f) = s * sqnorm(f)
def _wsqnorm_diagonal(s, f) = sum(s * f * f)
def _wsqnorm_full(s, f) = sum(f * matvec(s, f))
def wsqdist(s, f, g) = wsqnorm(s, f - g)

def elem(f, m) = f[m]
def extract(f, m, n) = f[m:m + n]
def elem_t(f, n, m) = extract_t(f, m, n)
def onehot(k, n) = where(_iota(n) == round(k), 1, 0)
def _component(f, n, k) = sum(where(_iota(n) == k, f, 0))

// Half away from zero after scaling by s = 10^d.
def _round_scaled(x, s) = round(x * s) / s
)kop";
