"""Matrices and tensors of one row's vector, derivatives inside formulas, element types; with variables in all roles."""

from cases import integers, positive, scaled
from derivatives import kernel

# --- Products of matrices and tensors ---------------------------------------

kernel("kernel matvecs(param A[2, 3], i x[3], j y[2]) = sum_j(sin(matvec(A, x) * y))")
kernel("kernel matvecs_by_pair(i A[2, 3], j x[3], j y[2]) = sum_j(sin(matvec(A, x)) * y)")
kernel("kernel vecmats(j A[2, 3], i x[2], param p[3]) = sum_j(sin(vecmat(x, A)) * p)")
kernel("kernel outers(param p, i x[2], j y[3]) = sum_j(sin(p * outer(x, y)))")
kernel("kernel krons(param a[4], i x[4], j y[3]) = sum_j(sin(kron(x, y, [2, 2], [1, 3])) * kron(a, y, [2, 2], [1, 3]))")
kernel("kernel contraction(param a[12], i x[12], j y[6]) = "
       "sum_j(sin(tensordot(x * a, y, [2, 3, 2], [3, 2], [1], [0])))", a=scaled(0.5))
kernel("kernel permuted(i x[6], j y[8]) = sum_j(sin(tensordot(x, y, [3, 2], [2, 2, 2], [1], [1], [2, 0, 1])))")
kernel("kernel doubly_contracted(i x[12], j y[12]) = sum_j(sin(tensordot(x, y, [2, 3, 2], [2, 2, 3], [1, 2], [2, 0])))")
kernel("kernel square_form(param A[3, 3], i x[3], j y[3]) = sum_j(exp(-dot(x - y, matvec(A, x - y)) / 16) * vecmat(y, A))", loose=10)

# --- Derivatives inside a formula, differentiated again ----------------------

kernel("kernel forces(param s, i x[3], j y[3], j b) = sum_j(b * grad(exp(-s * sqdist(x, y)), x, 1))", s=positive)
kernel("kernel flows(param s, i x[3], j y[3], j b[3]) = sum_j(jvp(exp(-s * sqdist(x, y)) * x, x, b))", s=positive)
kernel("kernel laplacians(param s, i x[2], j y[2]) = sum_j(laplacian(exp(-s * sqdist(x, y)), x))", s=positive, loose=10)
kernel("kernel divergences(param s, i x[2], j y[2]) = sum_j(divergence(sin(s * sqdist(x, y)) * x, x))", s=positive, loose=10)
kernel("kernel jacobians(i x[2], j y[2]) = sum_j(matvec(jacobian(sin(x * y[0] + y), x), y))")

# --- Element types ------------------------------------------------------------

kernel("kernel mixed_types(param s : f64, i x[2] : f64, j y[2], j n : i32) = sum_j(exp(-s * sqdist(x, y)) * n)",
       s=positive, n=integers)
kernel("kernel wide(i x[40], j y[40], j b[2]) = sum_j(exp(-sqdist(x, y) / 80) * b)")
kernel("kernel nothing_varies(i x[2], j y[2], param p) = sum_j(round(x * y) + (x < y)) * p", kinks=True)
