#ifndef NETWORK_KERNELS_H
#define NETWORK_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// Loops over the elements of a network's matrices, once for float (suffix _f) and once for double (_d).
// Matrices are row-major with n numbers per row. There is one row per image or, in convolutions, per pixel.
#define NQN_DECLARE(T, S)                                                                              \
  /* x[r][i] = pixels[indices[r]][i] / 255, channels last. */                                          \
  void nqn_gather_##S(size_t rows, size_t channels, size_t area, const uint8_t *pixels,                \
                      const int32_t *indices, T *x);                                                   \
  /* z += b, then ReLU (kind 1), tanh (kind 2) or nothing (kind 0). */                                 \
  void nqn_activate_##S(size_t rows, size_t n, int kind, const T *b, T *z);                            \
  /* dz = phi'(a) (dz + db), by the activations a. */                                                  \
  void nqn_activate_tangent_##S(size_t rows, size_t n, int kind, const T *a, const T *db, T *dz);      \
  /* e = phi'(a) e. */                                                                                 \
  void nqn_retract_##S(size_t count, int kind, const T *a, T *e);                                      \
  /* de = phi'(a) de + phi''(z) dz e = phi' de - 2 a da e (tanh), with e before nqn_retract. */        \
  void nqn_retract_tangent_##S(size_t count, int kind, const T *a, const T *da, const T *e, T *de);    \
  /* Sum of the cross-entropies of softmax(z + b); z becomes the probabilities, delta the slope. */    \
  double nqn_softmax_##S(size_t rows, size_t n, const T *b, const uint8_t *labels,                     \
                         const int32_t *indices, T scale, T *z, T *delta);                             \
  /* ddelta = scale (diag(p) - p p') (dz + db), in place of dz. */                                     \
  void nqn_softmax_tangent_##S(size_t rows, size_t n, const T *p, const T *db, T scale, T *dz);        \
  /* sums[i] += the column's sum. */                                                                   \
  void nqn_add_columns_##S(size_t rows, size_t n, const T *x, T *sums);                                \
  /* y += x. */                                                                                        \
  void nqn_add_##S(size_t n, const T *x, T *y);                                                        \
  /* y = alpha x + beta y. */                                                                          \
  void nqn_combine_##S(size_t n, double alpha, const T *x, double beta, T *y);                         \
  void nqn_scale_##S(size_t n, double alpha, T *x);                                                    \
  double nqn_dot_##S(size_t n, const T *x, const T *y);                                                \
  /* Windows of k x k pixels around every pixel of an image of h x w, zeros outside, and back. */      \
  void nqn_windows_##S(size_t h, size_t w, size_t c, size_t k, const T *x, T *windows);                \
  void nqn_add_windows_##S(size_t h, size_t w, size_t c, size_t k, const T *windows, T *x);            \
  /* The largest of 2 x 2 pixels in every channel, and which one; tangents and slopes by `which`. */   \
  void nqn_pool_##S(size_t rows, size_t h, size_t w, size_t c, const T *x, T *y, uint8_t *which);      \
  void nqn_pool_tangent_##S(size_t rows, size_t h, size_t w, size_t c, const uint8_t *which,           \
                            const T *dx, T *dy);                                                       \
  void nqn_pool_back_##S(size_t rows, size_t h, size_t w, size_t c, const uint8_t *which, const T *e,  \
                         T *ex);                                                                       \
  /* v = mu v + g, w -= alpha v. */                                                                    \
  void nqn_ball_##S(size_t n, double alpha, double mu, const T *g, T *v, T *w);                        \
  /* Its tangent, before the step itself: q = mu q + dmu v + hp, p -= alpha q + dalpha v'. */          \
  void nqn_ball_tangent_##S(size_t n, double alpha, double mu, double dalpha, double dmu, const T *g,  \
                            const T *v, const T *hp, T *q, T *p);                                      \
  /* v = mu v - alpha g, w += v. */                                                                    \
  void nqn_inner_ball_##S(size_t n, double alpha, double mu, const T *g, T *v, T *w);                  \
  void nqn_inner_ball_tangent_##S(size_t n, double alpha, double mu, double dalpha, double dmu,        \
                                  const T *g, const T *v, const T *hp, T *q, T *p);                    \
  /* m = b1 m + (1 - b1) g, s = b2 s + (1 - b2) g g, w -= alpha (m/c1) / (sqrt(s/c2) + eps). */        \
  void nqn_adam_##S(size_t n, double alpha, double b1, double b2, double c1, double c2, double eps,    \
                    const T *g, T *m, T *s, T *w);                                                     \
  /* Its tangent, before the step itself; dc1 is the tangent of c1. */                                 \
  void nqn_adam_tangent_##S(size_t n, double alpha, double b1, double b2, double c1, double c2,        \
                            double eps, double dalpha, double db1, double dc1, const T *g, const T *m, \
                            const T *s, const T *hp, T *dm, T *ds, T *dp);                             \
  /* Adjoint of Adam's step: from those of w, m', s' to those of m, s and of the gradient. */          \
  /* slopes: by alpha, by b1 at fixed c1, by c1. */                                                    \
  void nqn_adam_adjoint_##S(size_t n, double alpha, double b1, double b2, double c1, double c2,        \
                            double eps, const T *g, const T *m, const T *s, const T *wa, T *ma, T *sa, \
                            T *ga, double slopes[3]);

NQN_DECLARE(float, f)
NQN_DECLARE(double, d)

#endif
