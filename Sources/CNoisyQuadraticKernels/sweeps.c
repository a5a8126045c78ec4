#include "clones.h"
#include "noisy_quadratic_kernels.h"

// The loops of a pass are written once, for inlining into the clones of the passes.
#define NQ_INLINE static inline __attribute__((always_inline))

typedef struct {
  double quadratic, linear;
} nq_parabola;

// Slope of the parabola at the present rate, as far as the limits let the rate follow it, and the rate replaced
// by the minimizer within them (S1, S4).
NQ_INLINE double nq_revise(nq_parabola sums, double maximum, double *alpha) {
  const double slope = sums.quadratic * *alpha - sums.linear;
  const int held = (*alpha <= 0 && slope >= 0) || (*alpha >= maximum && slope <= 0);
  if (!(sums.linear > 0)) {
    *alpha = 0;
  } else if (sums.quadratic > 0) {
    *alpha = fmin(sums.linear / sums.quadratic, maximum);
  } else {
    *alpha = maximum < INFINITY ? maximum : 0;
  }
  return held ? 0 : fabs(slope);
}

NQ_INLINE nq_parabola nq_parabola_at(size_t d, const double *restrict h, const double *restrict c,
                                     const double *restrict m, const double *restrict w) {
  NQ_FAST
  nq_parabola sums = {0, 0};
  for (size_t i = 0; i < d; i++) {
    const double hm = h[i] * m[i];
    sums.quadratic += w[i] * (h[i] * hm + c[i]);
    sums.linear += w[i] * hm;
  }
  return sums;
}

NQ_CLONES double nq_sgd_sweep_forward(size_t d, size_t steps, const double *restrict h,
                                      const double *restrict c, double *restrict m, double *restrict slots,
                                      double *restrict alpha, double maximum) {
  NQ_FAST
  double residual = 0;
  nq_parabola sums = nq_parabola_at(d, h, c, m, slots);
  for (size_t t = 0; t < steps; t++) {
    double *restrict slot = slots + t * d;
    residual = fmax(residual, nq_revise(sums, maximum, &alpha[t]));
    const double a = alpha[t], a2 = a * a;
    if (t + 1 < steps) {
      const double *restrict w = slot + d;
      double quadratic = 0, linear = 0;
      for (size_t i = 0; i < d; i++) {
        const double u = 1 - a * h[i];
        slot[i] = m[i];
        const double next = flushed(u * u * m[i] + a2 * c[i]);
        m[i] = next;
        const double hm = h[i] * next;
        quadratic += w[i] * (h[i] * hm + c[i]);
        linear += w[i] * hm;
      }
      sums.quadratic = quadratic;
      sums.linear = linear;
    } else {
      for (size_t i = 0; i < d; i++) {
        const double u = 1 - a * h[i];
        slot[i] = m[i];
        m[i] = flushed(u * u * m[i] + a2 * c[i]);
      }
    }
  }
  return residual;
}

NQ_CLONES double nq_sgd_sweep_backward(size_t d, size_t steps, const double *restrict h,
                                       const double *restrict c, double *restrict w, double *restrict slots,
                                       double *restrict alpha, double maximum) {
  NQ_FAST
  double residual = 0;
  nq_parabola sums = steps > 0 ? nq_parabola_at(d, h, c, slots + (steps - 1) * d, w) : (nq_parabola){0, 0};
  for (size_t t = steps; t-- > 0;) {
    double *restrict slot = slots + t * d;
    residual = fmax(residual, nq_revise(sums, maximum, &alpha[t]));
    const double a = alpha[t];
    if (t > 0) {
      const double *restrict m = slot - d;
      double quadratic = 0, linear = 0;
      for (size_t i = 0; i < d; i++) {
        const double u = 1 - a * h[i];
        slot[i] = w[i];
        const double next = flushed(u * u * w[i]);
        w[i] = next;
        const double hm = h[i] * m[i];
        quadratic += next * (h[i] * hm + c[i]);
        linear += next * hm;
      }
      sums.quadratic = quadratic;
      sums.linear = linear;
    } else {
      for (size_t i = 0; i < d; i++) {
        const double u = 1 - a * h[i];
        slot[i] = w[i];
        w[i] = flushed(u * u * w[i]);
      }
    }
  }
  return residual;
}

NQ_CLONES void nq_sgd_record_moments(size_t d, size_t steps, const double *restrict h,
                                     const double *restrict c, double *restrict m, double *restrict slots,
                                     const double *restrict alpha) {
  NQ_FAST
  for (size_t t = 0; t < steps; t++) {
    double *restrict slot = slots + t * d;
    const double a = alpha[t], a2 = a * a;
    for (size_t i = 0; i < d; i++) {
      const double u = 1 - a * h[i];
      slot[i] = m[i];
      m[i] = flushed(u * u * m[i] + a2 * c[i]);
    }
  }
}

NQ_CLONES void nq_sgd_record_costates(size_t d, size_t steps, const double *restrict h, double *restrict w,
                                      double *restrict slots, const double *restrict alpha) {
  NQ_FAST
  for (size_t t = steps; t-- > 0;) {
    double *restrict slot = slots + t * d;
    for (size_t i = 0; i < d; i++) {
      const double u = 1 - alpha[t] * h[i];
      slot[i] = w[i];
      w[i] = flushed(u * u * w[i]);
    }
  }
}
