#ifndef NOISY_QUADRATIC_KERNELS_H
#define NOISY_QUADRATIC_KERNELS_H

#include <stddef.h>

// Inner loops over the directions of a noisy quadratic. Every array holds d doubles; no two arrays
// that a kernel writes may overlap. Equation ids refer to Docs/Derivations.md.

// m <- (1 - alpha h)^2 m + alpha^2 c, `steps` times                                    (D2)
void nq_sgd_advance(size_t d, const double *h, const double *c, double *m, double alpha, size_t steps);

// w <- (1 - alpha h)^2 w                                                               (S2, mu = 0)
void nq_sgd_retreat(size_t d, const double *h, double *w, double alpha);

// sums[0] = sum w (h^2 m + c), sums[1] = sum w h m                                     (S2, mu = 0)
void nq_sgd_sums(size_t d, const double *h, const double *c, const double *m, const double *w,
                 double sums[2]);

// nq_sgd_advance for one step, then nq_sgd_sums with the new m, in one pass.            (D2, S2)
void nq_sgd_advance_sums(size_t d, const double *h, const double *c, double *m, double alpha,
                         const double *w, double sums[2]);

// nq_sgd_retreat, then nq_sgd_sums with the new w, in one pass.                         (S2)
void nq_sgd_retreat_sums(size_t d, const double *h, const double *c, double *w, double alpha,
                         const double *m, double sums[2]);

// `steps` equal heavy-ball steps of the signal path (x, y) and the noise covariance (p, q, r). (D3, D4)
void nq_heavy_ball_advance(size_t d, const double *h, const double *c, double *x, double *y, double *p,
                           double *q, double *r, double alpha, double mu, size_t steps);

// Losses 1/2 sum k m before the first and after every step, steps + 1 of them, from moments m: no subtraction.
//                                                                                     (D2, D7)
void nq_sgd_losses(size_t d, size_t steps, const double *h, const double *c, const double *k,
                   const double *m, const double *alpha, double *losses);

// The same with momentum, to rounding whatever the schedule. state: five columns x, y, p, q, r of the given
// stride as of nq_heavy_ball_advance; null for a start at rest.                        (D4, D8)
void nq_heavy_ball_losses(size_t d, size_t steps, const double *h, const double *c, const double *k,
                          const double *m0, const double *state, size_t stride, const double *alpha,
                          const double *mu, double *losses);

// Second moments of (theta, v): P = m0 x^2 + p, Q = m0 x y + q, R = m0 y^2 + r.        (D4)
void nq_heavy_ball_moments(size_t d, const double *m0, const double *x, const double *y, const double *p,
                           const double *q, const double *r, double *P, double *Q, double *R);

// Adjoint path: (a, b) <- (a - alpha h (a + b), mu (a + b)).                           (S2)
void nq_heavy_ball_retreat(size_t d, const double *h, double *a, double *b, double alpha, double mu);

// sums = A_aa, A_am, A_mm, b_a, b_m of the one-step quadratic; k = n h.                (S2)
void nq_heavy_ball_sums(size_t d, const double *h, const double *c, const double *k, const double *a,
                        const double *b, const double *P, const double *Q, const double *R,
                        double sums[5]);

// Costate matrices Lambda = (A B; B C) of running costs: Lambda <- M^T Lambda M, M the step.    (S13)
void nq_heavy_ball_matrix_retreat(size_t d, const double *h, double *A, double *B, double *C, double alpha,
                                  double mu);

// The sums of nq_heavy_ball_sums for costate matrices, whose weights k are inside A, B, C.     (S13)
void nq_heavy_ball_matrix_sums(size_t d, const double *h, const double *c, const double *A,
                               const double *B, const double *C, const double *P, const double *Q,
                               const double *R, double sums[5]);

// Second derivatives of the objective between step s and every later step t, from tangents of the moments
// carried forward from s, for d of the directions.                                           (S14)
// trajectory: for every step, columns of the given stride: the moment m before it and the costate w after
// it. tangent: scratch, d doubles. hessian: a matrix of order steps, by rows, of which column s below the
// diagonal is added to.
void nq_sgd_tangents(size_t d, size_t stride, size_t steps, size_t s, const double *h, const double *c,
                     const double *trajectory, const double *alpha, double *tangent, double *hessian);

// The same with momentum. trajectory: the moments P, Q, R before and the costate matrix A, B, C after.
// tangent: 6 d doubles. hessian: of order 2 steps, rates and momenta by turns.
void nq_heavy_ball_tangents(size_t d, size_t stride, size_t steps, size_t s, const double *h,
                            const double *c, const double *trajectory, const double *alpha,
                            const double *mu, double *tangent, double *hessian);

// Lower triangles of symmetric matrices by rows: A_ij <- s_i s_j A_ij, and G_ij = s_i s_j A_(r_i r_j) for
// ascending rows r.                                                                          (S15)
void nq_scale_lower(size_t n, const double *scale, double *matrix);
void nq_gather_lower(size_t n, const double *matrix, size_t m, const size_t *rows, const double *scale,
                     double *gathered);

// w <- w + g k
void nq_add(size_t d, double g, const double *k, double *w);

// sum k m
double nq_dot(size_t d, const double *k, const double *m);

// sum k (m0 x^2 + p)
double nq_heavy_ball_dot(size_t d, const double *k, const double *m0, const double *x, const double *p);

#endif
