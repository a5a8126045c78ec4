#ifndef NOISY_QUADRATIC_KERNELS_H
#define NOISY_QUADRATIC_KERNELS_H

#include <stddef.h>

#include "exponents.h"
#include "linear.h"

// Inner loops over the directions of a noisy quadratic. Every array holds d doubles. Arrays that a kernel
// writes must not overlap. Equation ids refer to Docs/Derivations.md and Docs/Algorithms.md.

// m <- (1 - alpha h)^2 m + alpha^2 c, `steps` times                                    (D2)
void nq_sgd_advance(size_t d, const double *h, const double *c, double *m, double alpha, size_t steps);

// w <- (1 - alpha h)^2 w                                                               (S2, mu = 0)
void nq_sgd_adjoint_step(size_t d, const double *h, double *w, double alpha);

// sums[0] = sum w (h^2 m + c), sums[1] = sum w h m                                     (S2, mu = 0)
void nq_sgd_sums(size_t d, const double *h, const double *c, const double *m, const double *w,
                 double sums[2]);

// `steps` equal heavy-ball steps of the signal path (x, y) and the noise covariance (p, q, r). (D3, D4)
void nq_heavy_ball_advance(size_t d, const double *h, const double *c, double *x, double *y, double *p,
                           double *q, double *r, double alpha, double mu, size_t steps);

// Losses 1/2 sum k m before the first step and after every step, steps + 1 in total, computed from moments m
// without subtraction. (D2, D7)
void nq_sgd_losses(size_t d, size_t steps, const double *h, const double *c, const double *k,
                   const double *m, const double *alpha, double *losses);

// The same with momentum, accurate up to rounding for every schedule. state: five columns x, y, p, q, r with
// the given stride, as in nq_heavy_ball_advance; null for a start at rest. (D4, D8)
void nq_heavy_ball_losses(size_t d, size_t steps, const double *h, const double *c, const double *k,
                          const double *m0, const double *state, size_t stride, const double *alpha,
                          const double *mu, double *losses);

// Second moments of (theta, v): P = m0 x^2 + p, Q = m0 x y + q, R = m0 y^2 + r.        (D4)
void nq_heavy_ball_moments(size_t d, const double *m0, const double *x, const double *y, const double *p,
                           const double *q, const double *r, double *P, double *Q, double *R);

// Adjoint path: (a, b) <- (a - alpha h (a + b), mu (a + b)).                           (S2)
void nq_heavy_ball_adjoint_step(size_t d, const double *h, double *a, double *b, double alpha, double mu);

// sums = A_aa, A_am, A_mm, b_a, b_m of the one-step quadratic; k = n h.                (S2)
void nq_heavy_ball_sums(size_t d, const double *h, const double *c, const double *k, const double *a,
                        const double *b, const double *P, const double *Q, const double *R,
                        double sums[5]);

// Costate matrices Lambda = (A B; B C) of running costs: Lambda <- M^T Lambda M, where M is the step. (S13)
void nq_heavy_ball_matrix_adjoint_step(size_t d, const double *h, double *A, double *B, double *C, double alpha,
                                  double mu);

// The sums of nq_heavy_ball_sums for costate matrices. Their weights k are already part of A, B, C. (S13)
void nq_heavy_ball_matrix_sums(size_t d, const double *h, const double *c, const double *A,
                               const double *B, const double *C, const double *P, const double *Q,
                               const double *R, double sums[5]);

// Second derivatives of the objective between step s and every later step t, for d of the directions. They
// are computed from tangents of the moments, which are carried forward from s. (S14)
// trajectory: for every step, columns of the given stride: the moment m before the step and the costate w
// after it.
// tangent: scratch of d doubles.
// hessian: a row-major matrix of order steps. The kernel adds to its column s below the diagonal.
void nq_sgd_tangents(size_t d, size_t stride, size_t steps, size_t s, const double *h, const double *c,
                     const double *trajectory, const double *alpha, double *tangent, double *hessian);

// The same with momentum.
// trajectory: the moments of theta^2, theta v, v^2 before the step and the costate matrix A, B, C after it.
// tangent: scratch of 6 d doubles.
// hessian: a matrix of order 2 steps, in which rates and momenta alternate.
// held: variables whose entry is not 0 are left out; NULL for none.
void nq_heavy_ball_tangents(size_t d, size_t stride, size_t steps, size_t s, const double *h,
                            const double *c, const double *trajectory, const double *alpha,
                            const double *mu, const unsigned char *held, double *tangent, double *hessian);

// Least squares with Gaussian features (X1). `share` is 1/B, and `coupling` holds n h / B.
//
// noise <- c + h (share h m + sum coupling m), the variance of a batch's gradient at the second moments m. The
// kernels above then take a step with it in place of c.
void nq_feature_noise(size_t d, const double *h, const double *c, const double *coupling, double share,
                      const double *m, double *noise);

// w <- w + alpha^2 (share h^2 e + coupling sum h e): what the moments before a step are worth through the noise
// that they cause, if noise is worth e.                                                (X3)
void nq_feature_adjoint(size_t d, const double *h, const double *coupling, double share, double alpha,
                        const double *e, double *w);

// e <- A + 2 B + C, what noise is worth under a costate matrix of heavy ball.           (X3)
void nq_feature_worth(size_t d, const double *A, const double *B, const double *C, double *e);

// The kernels nq_sgd_tangents and nq_heavy_ball_tangents with this noise, for all directions at once. (X3)
void nq_feature_sgd_tangents(size_t d, size_t stride, size_t steps, size_t s, const double *h, const double *c,
                             const double *coupling, double share, const double *trajectory,
                             const double *alpha, double *tangent, double *hessian);
void nq_feature_heavy_ball_tangents(size_t d, size_t stride, size_t steps, size_t s, const double *h,
                                    const double *c, const double *coupling, double share,
                                    const double *trajectory, const double *alpha, const double *mu,
                                    const unsigned char *held, double *tangent, double *hessian);

// The objective of `steps` steps of constant rate and momentum; infinite, above 1e300 or not a number if the run
// overflows. state: five columns x, y, p, q, r. weights: as in nq_constant_losses. scratch: 5 d.   (X4)
double nq_feature_constant_loss(size_t d, size_t steps, const double *h, const double *c, const double *coupling,
                                double share, const double *k, const double *m0, const double *state,
                                const double *weights, double alpha, double mu, double *scratch);

// The objective of `steps` steps of constant rate and momentum, and its derivatives by alpha, mu, alpha alpha,
// alpha mu, mu mu, by tangents of the moments. Those by mu are 0 if momentum is held. (X4)
// moments: three columns p, q, r before the first step. weights: as in nq_constant_losses. scratch: 18 d.
void nq_feature_constant_derivatives(size_t d, size_t steps, const double *h, const double *c,
                                     const double *coupling, double share, const double *k,
                                     const double *moments, const double *weights, double alpha, double mu,
                                     int holds_momentum, double *scratch, double results[6]);

// Row-major lower triangles of symmetric matrices: A_ij <- s_i s_j A_ij, and G_ij = s_i s_j A_(r_i r_j) for
// ascending rows r. (S15)
void nq_scale_lower(size_t n, const double *scale, double *matrix);
void nq_gather_lower(size_t n, const double *matrix, size_t m, const size_t *rows, const double *scale,
                     double *gathered);

// Losses after `steps` steps of constant rate and momentum, for `count` pairs of them, in O(log steps) products
// for each pair and direction; d is a multiple of 8, and arrays of directions are aligned to 64 bytes. state:
// five columns x, y, p, q, r with the given stride, as in nq_heavy_ball_advance. With `weights`, steps + 1
// numbers, the sum of weights[t] times the loss after t steps, t > 0, in O(steps) products.  (C6)
void nq_constant_losses(size_t d, size_t steps, const double *h, const double *c, const double *k,
                        const double *m0, const double *state, size_t stride, const double *weights,
                        size_t count, const double *alpha, const double *mu, double *losses);

// The same for one rate at momentum 0, followed by the first and second derivative by the rate.   (C6)
void nq_constant_slope(size_t d, size_t steps, const double *h, const double *c, const double *k,
                       const double *m0, const double *state, size_t stride, const double *weights,
                       double alpha, double results[3]);

// The same for one pair, followed by the derivatives by alpha, mu, alpha alpha, alpha mu, mu mu.   (C6)
void nq_constant_derivatives(size_t d, size_t steps, const double *h, const double *c, const double *k,
                             const double *m0, const double *state, size_t stride, const double *weights,
                             double alpha, double mu, double results[6]);

// The same for the exponential average of the iterates of plain steps from rest, with its decay gamma in [0, 1) in place
// of mu. (Y2)
void nq_average_losses(size_t d, size_t steps, const double *h, const double *c, const double *k,
                       const double *m0, const double *state, size_t stride, size_t count, const double *alpha,
                       const double *gamma, double *losses);
void nq_average_derivatives(size_t d, size_t steps, const double *h, const double *c, const double *k,
                            const double *m0, const double *state, size_t stride, double alpha, double gamma,
                            double results[6]);

// Removes row and column k from a Cholesky factor R^T R = A, where R is upper triangular with columns of n
// numbers. The result has order n - 1 and columns of n - 1 numbers. cosines, sines: scratch of n numbers.
// (S15)
void nq_cholesky_delete(size_t n, size_t k, double *factor, double *cosines, double *sines);

// w <- w + g k
void nq_add(size_t d, double g, const double *k, double *w);

// sum k m
double nq_dot(size_t d, const double *k, const double *m);

// sum k (m0 x^2 + p)
double nq_heavy_ball_dot(size_t d, const double *k, const double *m0, const double *x, const double *p);

// Passes of a sweep over some steps of plain SGD (S6). Every rate is replaced by the minimizer, between 0 and
// `maximum`, of the final loss as a parabola of the rate.
// In the forward pass, `slots` initially hold the costates after the steps, d numbers each, and finally the
// moments before the steps; m advances from before the first step to after the last. In the backward pass,
// the roles of moments and costates are exchanged; w goes from after the last step to before the first.
// Returns the largest slope that the limits leave; each slope is taken before its rate is replaced. If the
// backward pass receives `slopes`, it only stores the slopes, one per step, and replaces no rate.
double nq_sgd_sweep_forward(size_t d, size_t steps, const double *h, const double *c, double *m, double *slots,
                            double *alpha, double maximum);
double nq_sgd_sweep_backward(size_t d, size_t steps, const double *h, const double *c, double *w,
                             double *slots, double *alpha, double maximum, double *slopes);

// The same with momentum. The slots have room for three columns of d numbers: the adjoint paths a, b or the
// moments of theta^2, theta v, v^2. state: columns x, y, p, q, r; costate: columns a, b. No slope is returned.
void nq_heavy_ball_sweep_forward(size_t d, size_t steps, const double *h, const double *c, const double *m0,
                                 const double *k, double *state, double *slots, double *alpha, double *mu,
                                 double maximum_rate, double maximum_momentum);
void nq_heavy_ball_sweep_backward(size_t d, size_t steps, const double *h, const double *c, const double *k,
                                  double *costate, double *slots, double *alpha, double *mu,
                                  double maximum_rate, double maximum_momentum);

// The final loss of a run with momentum and its derivatives. They are taken along the signal path and the noise
// covariance apart, with the signal at the end of the run, so that they keep their digits at any loss. (S5)
// start: columns x, y, p, q, r. path: scratch of 5 (steps + 1) columns; costate: scratch of 3 columns.
// slopes: for every step, the derivatives by rate and momentum, and the coefficient A_mm of S2.
double nq_heavy_ball_gradient(size_t d, size_t steps, const double *h, const double *c, const double *m0,
                              const double *k, const double *start, const double *alpha, const double *mu,
                              double *path, double *costate, double *slopes);

// The moments of theta^2, theta v, v^2 before some steps; the state advances as in nq_heavy_ball_advance.
void nq_heavy_ball_record_moments(size_t d, size_t steps, const double *h, const double *c, const double *m0,
                                  double *state, double *slots, const double *alpha, const double *mu);

// The moments before some steps at given rates, or the costates after them; m and w as above.
void nq_sgd_record_moments(size_t d, size_t steps, const double *h, const double *c, double *m, double *slots,
                           const double *alpha);
void nq_sgd_record_costates(size_t d, size_t steps, const double *h, double *w, double *slots,
                            const double *alpha);

// The recurrence of the polynomials that are orthonormal under weights w > 0 at points x of [-1, 1] (Q1):
// b_{k+1} p_{k+1} = (x - a_k) p_k - b_k p_{k-1} for `count` values of k. There are fewer if, up to rounding,
// the measure has no more points. Returns their number. p, q: scratch. The weights sum to about 1.
size_t nq_stieltjes(size_t d, const double *x, const double *w, size_t count, double *p, double *q, double *a,
                    double *b);

// moments[j] = sum w T_j(x), with Chebyshev polynomials of degree j < count; count is at most 256. (Q2)
void nq_chebyshev_moments(size_t d, const double *x, const double *w, size_t count, double *moments);

// The bound of a common clock (B14-B17). Directions ascend in `highest`; each stands for curvatures between
// `lowest` and `highest`. Tables have `cells` numbers for every direction, one direction after the other.
// clock: the cells + 1 ends of the cells, the first of them 0.
//
// Tables: kept <= e^{-highest D}, lost <= 1 - e^{-lowest D}, and price = noise g / highest, where g is the
// field of SGD's flow at the middle of the cell. Its norm under `whole_noise` is 1, less the margin for the
// roundings of that sum. norms: those of the flow itself.
void nq_clock_tables(size_t d, size_t cells, const double *clock, const double *lowest, const double *highest,
                     const double *noise, const double *whole_noise, double margin, double *kept,
                     double *lost, double *price, double *norms);

// The same for the clock that is the path's length: lost, price, and reach >= highest D. The field is that of
// a path found in some rounds of relaxation. path: x at the ends of the cells, cells + 1 numbers for every
// direction. slopes: scratch of `cells` numbers.
void nq_length_tables(size_t d, size_t cells, const double *clock, const double *lowest, const double *highest,
                      const double *noise, const double *whole_noise, const double *signal, double steps,
                      size_t rounds, double margin, double *lost, double *reach, double *price, double *path,
                      double *slopes, double *norms);

// slow[k]: the number of directions that are better slow in cell k, for a chain without constraints that ends
// with the last cell. rate = 2 nu. slope: scratch of d numbers. (B16)
void nq_clock_thresholds(size_t d, size_t cells, const double *clock, const double *highest,
                         const double *signal, const double *kept, const double *price, double rate,
                         double *slope, size_t *slow);

// bound[k]: the bound by the signal alone of all paths that stop before the end of the first k cells.
// slow[k] does not rise with k. terms: the number of directions that the d ones stand for.
void nq_clock_signal(size_t d, size_t cells, size_t terms, const double *clock, const double *highest,
                     const double *signal, const size_t *slow, double *bound);
void nq_length_signal(size_t d, size_t cells, size_t terms, const double *clock, const double *highest,
                      const double *signal, double *bound);

// The sum over all directions of max(0, a + b), rounded down, with the best of 16 or 48 tangents at the end of
// the range, which is that of cell end - 1. A path may stop from cell `first` on; if `is_last`, also later.
// Direction i is slow in the cells [0, slow[i]) and fast from fast[i] on. The tangents are those of S x^2 at
// the nominal x times factors. Unless `is_wide`, factors hold guesses; they receive the best. If `is_length`,
// the clock is the path's length. (B15, B16)
double nq_clock_pass(size_t d, size_t cells, size_t terms, const double *kept, const double *lost,
                     const double *price, const double *reach, int is_length, const double *signal,
                     const double *nominal, const size_t *slow, const size_t *fast, double rate, size_t first,
                     size_t end, int is_last, int is_wide, double *factors);

#endif
