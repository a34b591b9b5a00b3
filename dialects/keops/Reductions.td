//===- Reductions.td - one record per reduction ----------------------------===//
//
// A reduction is a commutative monoid with a feeding rule; KeopsBase.td says
// what each field means. The tile level needs identity, accumulate, merge and
// finish; everything is written on one component.
//
// Names available to the formulas, besides state and inputs:
//   index     index of the reduced row          size     number of reduced rows
//   highest   largest finite number of the type lowest   its negative
//   inf       (integers: the largest)
// In `merge`, a name with a trailing 1 belongs to the later state.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_REDUCTIONS_TD
#define KEOPS_REDUCTIONS_TD

include "keops/KeopsBase.td"

//===----------------------------------------------------------------------===//
// Sums and products
//===----------------------------------------------------------------------===//

def Keops_SumReduction : Keops_Reduction<"sum"> {
  let identity = ["0"];
  let accumulate = ["s + f"];
  let merge = ["s + s1"];
  let finish = ["s"];
  let partials = ["1"];
  let aliases = ["Sum"];
  let math = "sum_j f_j";
  let convention = "0 over the empty set";
  let brief = "sum";
}

/// Kahan's compensated sum: c carries what the last addition lost.
def Keops_SumKahanReduction : Keops_Reduction<"sum_kahan"> {
  let isPublic = 0;
  let state = ["s", "c"];
  let stateKind = ["value", "value"];
  let stateShape = [0, 0];
  let identity = ["0", "0"];
  let accumulate = ["s + (f - c)", "((s + (f - c)) - s) - (f - c)"];
  let merge = ["s + (s1 - (c + c1))",
               "((s + (s1 - (c + c1))) - s) - (s1 - (c + c1))"];
  let finish = ["s"];
  let math = "sum_j f_j";
  let brief = "compensated sum";
}

def Keops_MeanKahanReduction : Keops_Reduction<"mean_kahan"> {
  let isPublic = 0;
  let state = ["s", "c"];
  let stateKind = ["value", "value"];
  let stateShape = [0, 0];
  let identity = ["0", "0"];
  let accumulate = Keops_SumKahanReduction.accumulate;
  let merge = Keops_SumKahanReduction.merge;
  let finish = ["s / size"];
  let math = "(1/M) sum_j f_j";
  let brief = "compensated mean";
}

def Keops_MeanReduction : Keops_Reduction<"mean"> {
  let identity = ["0"];
  let accumulate = ["s + f"];
  let merge = ["s + s1"];
  let finish = ["s / size"];
  let partials = ["1 / size"];
  let math = "(1/M) sum_j f_j";
  let convention = "NaN over the empty set";
  let brief = "mean";
}

def Keops_ProdReduction : Keops_Reduction<"prod"> {
  let identity = ["1"];
  let accumulate = ["s * f"];
  let merge = ["s * s1"];
  let finish = ["s"];
  let companion = "prod_zeros";
  let math = "prod_j f_j";
  let convention = "1 over the empty set";
  let brief = "product";
}

/// A product seen as q z^n: q over the factors that are not zero, n zeros, and
/// their sum z, which is 0 but has a derivative. So the first two derivatives
/// are right where one or two factors vanish, which y / f is not.
def Keops_ProdZerosReduction : Keops_Reduction<"prod_zeros"> {
  let isPublic = 0;
  let state = ["q", "n"];
  let stateKind = ["value", "value"];
  let stateShape = [0, 0];
  let identity = ["1", "0"];
  let accumulate = ["q * where(f == 0, 1, f)", "n + where(f == 0, 1, 0)"];
  let merge = ["q * q1", "n + n1"];
  let finish = ["where(n == 0, q, 0)", "q", "n", "0"];
  let resultKind = ["value", "value", "value", "value"];
  let resultShape = [0, 0, 0, 0];
  let results = ["y", "q", "n", "z"];
  let partials = [
    "where(f == 0, where(n == 1, q, where(n == 2, (z - f) * q, 0)), where(n == 0, q, where(n == 1, z * q, 0)) / where(f == 0, 1, f))",
    "where(f == 0, 0, q / where(f == 0, 1, f))",
    "0",
    "where(f == 0, 1, 0)"];
  let math = "prod_j f_j";
  let brief = "product with its zeros counted";
}

def Keops_CountReduction : Keops_Reduction<"count"> {
  let stateKind = ["count"];
  let identity = ["0"];
  let accumulate = ["s + f"];
  let merge = ["s + s1"];
  let finish = ["s"];
  let resultKind = ["count"];
  let math = "#{j : f_j}";
  let convention = "0 over the empty set";
  let brief = "how many rows satisfy a condition";
}

def Keops_AnyReduction : Keops_Reduction<"any"> {
  let stateKind = ["count"];
  let identity = ["0"];
  let accumulate = ["s + f"];
  let merge = ["s + s1"];
  let finish = ["s > 0"];
  let resultKind = ["flag"];
  let math = "exists j: f_j";
  let convention = "0 over the empty set";
  let brief = "1 if any row satisfies a condition";
}

def Keops_AllReduction : Keops_Reduction<"all"> {
  let stateKind = ["count"];
  let identity = ["0"];
  let accumulate = ["s + not f"];
  let merge = ["s + s1"];
  let finish = ["s == 0"];
  let resultKind = ["flag"];
  let math = "for all j: f_j";
  let convention = "1 over the empty set";
  let brief = "1 if every row satisfies a condition";
}

//===----------------------------------------------------------------------===//
// Exponentials. The state keeps a lagging maximum m: exponents are f - m <= 8,
// so the common path has one exponential and no comparison with effect; only a
// score that beats m by the margin rescales. Where several rows are taken in at
// once, a sum that has become too large tells that there was such a score. m starts at `lowest`, not -inf,
// and stays finite, so that f = -inf adds exp(-inf) = 0 and never NaN.
//===----------------------------------------------------------------------===//

class Keops_LogSumExp<string mnemonic, string e, string margin>
    : Keops_Reduction<mnemonic> {
  let inputs = ["f", "w"];
  let inputDefaults = ["1"];
  let state = ["m", "s"];
  let stateKind = ["value", "value"];
  let stateShape = [0, 1];
  let identity = ["lowest", "0"];
  defvar beats = "f > m + " # margin;
  defvar raised = "where(" # beats # ", min(f, highest), m)";
  let when = beats;
  let rare = [raised, "s * " # e # "(m - " # raised # ")"];
  let accumulate = ["m", "s + w * " # e # "(f - m)"];
  // 2^60: far from overflow, and far above any sum of powers up to the margin.
  // Not a number is in doubt too: a weight 0 may have met an infinite power.
  let restart = ["m", "0"];
  let doubt = "not (abs(s) <= 1152921504606846976)";
  defvar larger = "where(m1 > m, m1, m)";
  let merge = [larger, "s * " # e # "(m - " # larger # ") + s1 * " # e # "(m1 - " # larger # ")"];
  let finish = ["m + log(s)"];
  let resultShape = [1];
  let math = "log sum_j w_j exp f_j";
  let brief = "logarithm of a sum of exponentials";
}

def Keops_LogSumExpReduction : Keops_LogSumExp<"logsumexp", "exp", "8"> {
  // Where every entry is absent y is -inf; so is each f, and exp(f) is 0.
  let partials = ["w * exp(f - where(y == -inf, 0, y))",
                  "exp(f - where(y == -inf, 0, y))"];
  let aliases = ["LogSumExp"];
  let convention = "-inf over the empty set; entries -inf are absent";
}

class Keops_SoftMax<string mnemonic, string e, string margin>
    : Keops_Reduction<mnemonic> {
  let inputs = ["f", "v"];
  let state = ["m", "s", "a"];
  let stateKind = ["value", "value", "value"];
  let stateShape = [0, 0, 1];
  let identity = ["lowest", "0", "0"];
  defvar beats = "f > m + " # margin;
  defvar raised = "where(" # beats # ", min(f, highest), m)";
  defvar scale = " * " # e # "(m - " # raised # ")";
  let when = beats;
  let rare = [raised, "s" # scale, "a" # scale];
  let accumulate = ["m", "s + " # e # "(f - m)", "a + " # e # "(f - m) * v"];
  let restart = ["m", "0", "0"];
  let doubt = "not (s <= 1152921504606846976)";
  defvar larger = "where(m1 > m, m1, m)";
  let merge = [
    larger,
    "s * " # e # "(m - " # larger # ") + s1 * " # e # "(m1 - " # larger # ")",
    "a * " # e # "(m - " # larger # ") + a1 * " # e # "(m1 - " # larger # ")"];
  let finish = ["a / s"];
  let resultShape = [1];
  let math = "sum_j exp(f_j) v_j / sum_j exp(f_j)";
  let brief = "softmax-weighted sum";
}

def Keops_SoftMaxReduction : Keops_SoftMax<"softmax", "exp", "8"> {
  let companion = "softmax_logsumexp";
  let aliases = ["SumSoftMaxWeight", "SoftMax"];
  let convention = "NaN over the empty set";
}

/// With the logarithm of its normalisation, which its derivatives need.
def Keops_SoftMaxLogSumExpReduction
    : Keops_SoftMax<"softmax_logsumexp", "exp", "8"> {
  let isPublic = 0;
  let finish = ["a / s", "m + log(s)"];
  let resultKind = ["value", "value"];
  let resultShape = [1, 0];
  let results = ["y", "l"];
  let parts = ["softmax(f, v)", "logsumexp(f)"];
  let partials = ["exp(f - l) * (v - y)", "exp(f - l)", "exp(f - l)", "0"];
  let math = "(sum_j exp(f_j) v_j / sum_j exp(f_j), log sum_j exp f_j)";
  let brief = "softmax-weighted sum and log-sum-exp";
}

/// The same for scores that were multiplied by log2(e): powers of two take the
/// place of exponentials. keops-base-two puts them in; the margin 2^12 is about
/// e^8.
def Keops_LogSumExpBase2Reduction
    : Keops_LogSumExp<"logsumexp_base2", "exp2", "12"> {
  let isPublic = 0;
  let finish = ["m * 0.6931471805599453 + log(s)"];
  let math = "log sum_j w_j 2^f_j";
}
def Keops_SoftMaxBase2Reduction : Keops_SoftMax<"softmax_base2", "exp2", "12"> {
  let isPublic = 0;
  let math = "sum_j 2^f_j v_j / sum_j 2^f_j";
}
def Keops_SoftMaxLogSumExpBase2Reduction
    : Keops_SoftMax<"softmax_logsumexp_base2", "exp2", "12"> {
  let isPublic = 0;
  let finish = ["a / s", "m * 0.6931471805599453 + log(s)"];
  let resultKind = ["value", "value"];
  let resultShape = [1, 0];
  let results = ["y", "l"];
  let math = "(sum_j 2^f_j v_j / sum_j 2^f_j, log sum_j 2^f_j)";
}

/// The same with compensated sums: c (and d) carry what additions to s (and a)
/// lost, at the scale of the maximum that s and a are at.
def Keops_LogSumExpKahanReduction : Keops_Reduction<"logsumexp_kahan"> {
  let isPublic = 0;
  let inputs = ["f", "w"];
  let inputDefaults = ["1"];
  let state = ["m", "s", "c"];
  let stateKind = ["value", "value", "value"];
  let stateShape = [0, 1, 1];
  let identity = ["lowest", "0", "0"];
  let when = "f > m + 8";
  let rare = [
    "where(f > m + 8, min(f, highest), m)",
    "s * exp(m - where(f > m + 8, min(f, highest), m))",
    "c * exp(m - where(f > m + 8, min(f, highest), m))"];
  let accumulate = ["m",
    "s + (w * exp(f - m) - c)",
    "let t = w * exp(f - m) - c in ((s + t) - s) - t"];
  defvar scales = "let n = where(m1 > m, m1, m) let e = exp(m - n) let e1 = exp(m1 - n) ";
  let merge = [
    "where(m1 > m, m1, m)",
    scales # "in s * e + (s1 * e1 - (c * e + c1 * e1))",
    scales # "let t = s1 * e1 - (c * e + c1 * e1) in ((s * e + t) - s * e) - t"];
  let finish = ["m + log(s)"];
  let resultShape = [1];
  let math = "log sum_j w_j exp f_j";
  let brief = "logarithm of a compensated sum of exponentials";
}

def Keops_SoftMaxKahanReduction : Keops_Reduction<"softmax_kahan"> {
  let isPublic = 0;
  let inputs = ["f", "v"];
  let state = ["m", "s", "c", "a", "d"];
  let stateKind = ["value", "value", "value", "value", "value"];
  let stateShape = [0, 0, 0, 1, 1];
  let identity = ["lowest", "0", "0", "0", "0"];
  let when = "f > m + 8";
  defvar scale = " * exp(m - where(f > m + 8, min(f, highest), m))";
  let rare = ["where(f > m + 8, min(f, highest), m)", "s" # scale, "c" # scale,
              "a" # scale, "d" # scale];
  let accumulate = ["m",
    "s + (exp(f - m) - c)",
    "let t = exp(f - m) - c in ((s + t) - s) - t",
    "a + (exp(f - m) * v - d)",
    "let t = exp(f - m) * v - d in ((a + t) - a) - t"];
  defvar scales = "let n = where(m1 > m, m1, m) let e = exp(m - n) let e1 = exp(m1 - n) ";
  let merge = [
    "where(m1 > m, m1, m)",
    scales # "in s * e + (s1 * e1 - (c * e + c1 * e1))",
    scales # "let t = s1 * e1 - (c * e + c1 * e1) in ((s * e + t) - s * e) - t",
    scales # "in a * e + (a1 * e1 - (d * e + d1 * e1))",
    scales # "let t = a1 * e1 - (d * e + d1 * e1) in ((a * e + t) - a * e) - t"];
  let finish = ["a / s"];
  let resultShape = [1];
  let math = "sum_j exp(f_j) v_j / sum_j exp(f_j)";
  let brief = "softmax-weighted sum, compensated";
}

def Keops_SoftMaxLogSumExpKahanReduction
    : Keops_Reduction<"softmax_logsumexp_kahan"> {
  let isPublic = 0;
  let inputs = Keops_SoftMaxKahanReduction.inputs;
  let state = Keops_SoftMaxKahanReduction.state;
  let stateKind = Keops_SoftMaxKahanReduction.stateKind;
  let stateShape = Keops_SoftMaxKahanReduction.stateShape;
  let identity = Keops_SoftMaxKahanReduction.identity;
  let when = Keops_SoftMaxKahanReduction.when;
  let rare = Keops_SoftMaxKahanReduction.rare;
  let accumulate = Keops_SoftMaxKahanReduction.accumulate;
  let merge = Keops_SoftMaxKahanReduction.merge;
  let finish = ["a / s", "m + log(s)"];
  let resultKind = ["value", "value"];
  let resultShape = [1, 0];
  let math = "(sum_j exp(f_j) v_j / sum_j exp(f_j), log sum_j exp f_j)";
  let brief = "softmax-weighted sum and log-sum-exp, compensated";
}

//===----------------------------------------------------------------------===//
// Extremes. NaN never wins a comparison, so it is ignored. Where an index is
// kept, f is first brought into [lowest, highest]: an infinite entry is then
// still found, and -1 is left for the empty set.
//===----------------------------------------------------------------------===//

class Keops_Extreme<string mnemonic, string better, string worst>
    : Keops_Reduction<mnemonic> {
  let state = ["v"];
  let identity = [worst];
  let accumulate = ["where(f " # better # " v, f, v)"];
  let merge = ["where(v1 " # better # " v, v1, v)"];
  let finish = ["v"];
  let convention = worst # " over the empty set; NaN is ignored";
}

class Keops_IndexedExtreme<string mnemonic, string better, string worst,
                           string cap> : Keops_Reduction<mnemonic> {
  // min(cap, f) keeps NaN out of v only because where() tests f itself.
  defvar capped = "where(" # cap # " " # better # " f, " # cap # ", f)";
  defvar wins = capped # " " # better # " v";
  defvar later = "v1 " # better # " v or (v1 == v and i1 < i)";
  let state = ["v", "i"];
  let stateKind = ["value", "index"];
  let stateShape = [0, 0];
  let identity = [worst, "-1"];
  let accumulate = ["where(" # wins # ", " # capped # ", v)",
                    "where(" # wins # ", index, i)"];
  let changes = "f " # better # " v";
  let decisive = "where(f " # better # " v, f, v)";
  let merge = ["where(" # later # ", v1, v)", "where(" # later # ", i1, i)"];
  let convention = "-1 over the empty set; NaN is ignored; the lowest index wins ties";
}

def Keops_MinReduction : Keops_Extreme<"min", "<", "inf"> {
  let companion = "min_argmin";
  let aliases = ["Min"];
  let math = "min_j f_j";
  let brief = "smallest value";
}

def Keops_MaxReduction : Keops_Extreme<"max", ">", "-inf"> {
  let companion = "max_argmax";
  let aliases = ["Max"];
  let math = "max_j f_j";
  let brief = "largest value";
}

def Keops_ArgMinReduction : Keops_IndexedExtreme<"argmin", "<", "inf", "highest"> {
  let finish = ["i"];
  let resultKind = ["index"];
  let aliases = ["ArgMin"];
  let math = "argmin_j f_j";
  let brief = "index of the smallest value";
}

def Keops_ArgMaxReduction : Keops_IndexedExtreme<"argmax", ">", "-inf", "lowest"> {
  let finish = ["i"];
  let resultKind = ["index"];
  let aliases = ["ArgMax"];
  let math = "argmax_j f_j";
  let brief = "index of the largest value";
}

def Keops_MinArgMinReduction
    : Keops_IndexedExtreme<"min_argmin", "<", "inf", "highest"> {
  let finish = ["where(v == highest, inf, v)", "i"];
  let resultKind = ["value", "index"];
  let resultShape = [0, 0];
  let results = ["y", "i"];
  let partials = ["where(index == i, 1, 0)", "0"];
  let parts = ["min(f)", "argmin(f)"];
  let aliases = ["Min_ArgMin"];
  let math = "(min_j f_j, argmin_j f_j)";
  let brief = "smallest value and its index";
}

def Keops_MaxArgMaxReduction
    : Keops_IndexedExtreme<"max_argmax", ">", "-inf", "lowest"> {
  let finish = ["where(v == lowest, -inf, v)", "i"];
  let resultKind = ["value", "index"];
  let resultShape = [0, 0];
  let results = ["y", "i"];
  let partials = ["where(index == i, 1, 0)", "0"];
  let parts = ["max(f)", "argmax(f)"];
  let aliases = ["Max_ArgMax"];
  let math = "(max_j f_j, argmax_j f_j)";
  let brief = "largest value and its index";
}

//===----------------------------------------------------------------------===//
// Selections: the K best entries, best first. The state is K values and K
// indices per component, kept sorted by (value, index); formulas say what one
// slot does. A row is looked at only `when` it may beat the last slot.
//===----------------------------------------------------------------------===//

class Keops_Selection<string mnemonic, string better, string worst, string cap>
    : Keops_IndexedExtreme<mnemonic, better, worst, cap> {
  let isSelection = 1;
  // Weaker than what lets a row in (ties pass, NaN does not), and one comparison.
  let when = "f " # better # "= v";
  let changes = "";
  let finish = ["where(v == " # cap # ", " # worst # ", v)", "i"];
  let convention = "padded with " # worst # " and -1 beyond the last row; the lowest index wins ties";
}

def Keops_KMinReduction : Keops_Selection<"kmin", "<", "inf", "highest"> {
  let finish = ["where(v == highest, inf, v)"];
  let companion = "kmin_argkmin";
  let aliases = ["KMin"];
  let brief = "K smallest values, increasing";
}

def Keops_ArgKMinReduction : Keops_Selection<"argkmin", "<", "inf", "highest"> {
  let finish = ["i"];
  let resultKind = ["index"];
  let aliases = ["ArgKMin"];
  let brief = "indices of the K smallest values";
}

def Keops_KMinArgKMinReduction
    : Keops_Selection<"kmin_argkmin", "<", "inf", "highest"> {
  let resultKind = ["value", "index"];
  let resultShape = [0, 0];
  let results = ["y", "i"];
  let partials = ["where(index == i, 1, 0)", "0"];
  let parts = ["kmin(f)", "argkmin(f)"];
  let aliases = ["KMin_ArgKMin"];
  let brief = "K smallest values and their indices";
}

def Keops_KMaxReduction : Keops_Selection<"kmax", ">", "-inf", "lowest"> {
  let finish = ["where(v == lowest, -inf, v)"];
  let companion = "kmax_argkmax";
  let brief = "K largest values, decreasing";
}

def Keops_ArgKMaxReduction : Keops_Selection<"argkmax", ">", "-inf", "lowest"> {
  let finish = ["i"];
  let resultKind = ["index"];
  let brief = "indices of the K largest values";
}

def Keops_KMaxArgKMaxReduction
    : Keops_Selection<"kmax_argkmax", ">", "-inf", "lowest"> {
  let resultKind = ["value", "index"];
  let resultShape = [0, 0];
  let results = ["y", "i"];
  let partials = ["where(index == i, 1, 0)", "0"];
  let parts = ["kmax(f)", "argkmax(f)"];
  let brief = "K largest values and their indices";
}

#endif // KEOPS_REDUCTIONS_TD
