#include "clones.h"
#include "noisy_quadratic_kernels.h"

typedef struct {
  double quadratic, linear;
} nq_parabola;

// Replaces the rate by the minimizer of the parabola within the limits. Returns the magnitude of the slope at
// the current rate, or 0 if a limit holds the rate (S1, S4).
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
                                       double *restrict alpha, double maximum, double *slopes) {
  NQ_FAST
  double residual = 0;
  nq_parabola sums = steps > 0 ? nq_parabola_at(d, h, c, slots + (steps - 1) * d, w) : (nq_parabola){0, 0};
  for (size_t t = steps; t-- > 0;) {
    double *restrict slot = slots + t * d;
    if (slopes) {
      slopes[t] = sums.quadratic * alpha[t] - sums.linear;
    } else {
      residual = fmax(residual, nq_revise(sums, maximum, &alpha[t]));
    }
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

// Heavy ball: the final loss as a quadratic function of one step's rate and momentum (S2).
typedef struct {
  double aa, am, mm, ba, bm;
} nq_step_quadratic;

NQ_INLINE double nq_value(nq_step_quadratic f, double alpha, double mu) {
  return alpha * (0.5 * f.aa * alpha + f.am * mu - f.ba) + mu * (0.5 * f.mm * mu - f.bm);
}

NQ_INLINE double nq_best_rate(nq_step_quadratic f, double mu, double maximum) {
  const double slope = f.ba - f.am * mu;
  if (!(slope > 0)) return 0;
  if (f.aa > 0) return fmin(slope / f.aa, maximum);
  return maximum < INFINITY ? maximum : 0;
}

// Computes the minimizer within the limits (S4), as StepQuadratic.minimizer does.
NQ_INLINE void nq_minimize(nq_step_quadratic f, double maximum_rate, double maximum_momentum, double *alpha,
                           double *mu) {
  double best_rate = nq_best_rate(f, 0, maximum_rate), best_momentum = 0;
  if (f.mm > 0 && maximum_momentum > 0) {
    const double schur = f.aa > 0 ? f.mm - f.am * (f.am / f.aa) : 0;
    if (schur > 0) {
      const double m = (f.bm - f.am * (f.ba / f.aa)) / schur, a = (f.ba - f.am * m) / f.aa;
      if (a >= 0 && a <= maximum_rate && m >= 0 && m <= maximum_momentum) {
        *alpha = a;
        *mu = m;
        return;
      }
    }
    double best = nq_value(f, best_rate, 0);
    const int edges = maximum_rate < INFINITY ? 3 : 2;
    for (int edge = 0; edge < edges; edge++) {
      const double rate = edge == 0   ? nq_best_rate(f, maximum_momentum, maximum_rate)
                          : edge == 1 ? 0
                                      : maximum_rate;
      const double momentum =
          edge == 0 ? maximum_momentum : fmin(fmax((f.bm - f.am * rate) / f.mm, 0), maximum_momentum);
      const double value = nq_value(f, rate, momentum);
      if (value < best) {
        best = value;
        best_rate = rate;
        best_momentum = momentum;
      }
    }
  }
  *alpha = best_rate;
  *mu = best_momentum;
}

// Adds the contribution of one direction to the quadratic of the step that follows its state, with its
// moments.
#define NQ_ADD_DIRECTION(x, y, p, q, r)                                                           \
  const double mx = m0[i] * (x);                                                                  \
  const double P = mx * (x) + (p), Q = mx * (y) + (q), R = m0[i] * (y) * (y) + (r);               \
  const double s = A[i] + B[i], ks = k[i] * s, kss = ks * s, ksa = ks * A[i], hp = h[i] * P;      \
  aa += kss * (h[i] * hp + c[i]);                                                                 \
  am -= kss * (h[i] * Q);                                                                         \
  mm += kss * R;                                                                                  \
  ba += ksa * hp;                                                                                 \
  bm -= ksa * Q;                                                                                  \
  A[i] = P;                                                                                       \
  B[i] = Q;                                                                                       \
  C[i] = R;

NQ_INLINE nq_step_quadratic nq_first_quadratic(size_t d, const double *restrict h, const double *restrict c,
                                               const double *restrict m0, const double *restrict k,
                                               const double *restrict state, double *restrict A,
                                               double *restrict B, double *restrict C) {
  NQ_FAST
  double aa = 0, am = 0, mm = 0, ba = 0, bm = 0;
  for (size_t i = 0; i < d; i++) {
    NQ_ADD_DIRECTION(state[i], state[i + d], state[i + 2 * d], state[i + 3 * d], state[i + 4 * d])
  }
  return (nq_step_quadratic){aa, am, mm, ba, bm};
}

// Makes a step and returns the quadratic of the next one.
NQ_INLINE nq_step_quadratic nq_next_quadratic(size_t d, const double *restrict h, const double *restrict c,
                                              const double *restrict m0, const double *restrict k,
                                              double *restrict x, double *restrict y, double *restrict p,
                                              double *restrict q, double *restrict r, double *restrict A,
                                              double *restrict B, double *restrict C, double alpha,
                                              double mu) {
  NQ_FAST
  const double alpha2 = alpha * alpha;
  double aa = 0, am = 0, mm = 0, ba = 0, bm = 0;
  for (size_t i = 0; i < d; i++) {
    const double g = alpha * h[i], u = 1 - g, noise = alpha2 * c[i];
    const double velocity = mu * y[i] - g * x[i];
    const double xi = flushed(x[i] + velocity), yi = flushed(velocity);
    const double t1 = u * p[i] + mu * q[i], t2 = u * q[i] + mu * r[i];
    const double s1 = mu * q[i] - g * p[i], s2 = mu * r[i] - g * q[i];
    const double pi = u * t1 + mu * t2 + noise, qi = mu * t2 - g * t1 + noise;
    const double ri = mu * s2 - g * s1 + noise;
    x[i] = xi;
    y[i] = yi;
    p[i] = pi;
    q[i] = qi;
    r[i] = ri;
    NQ_ADD_DIRECTION(xi, yi, pi, qi, ri)
  }
  return (nq_step_quadratic){aa, am, mm, ba, bm};
}

NQ_CLONES void nq_heavy_ball_sweep_forward(size_t d, size_t steps, const double *restrict h,
                                           const double *restrict c, const double *restrict m0,
                                           const double *restrict k, double *restrict state,
                                           double *restrict slots, double *restrict alpha,
                                           double *restrict mu, double maximum_rate,
                                           double maximum_momentum) {
  double *x = state, *y = x + d, *p = y + d, *q = p + d, *r = q + d;
  nq_step_quadratic f = nq_first_quadratic(d, h, c, m0, k, state, slots, slots + d, slots + 2 * d);
  for (size_t t = 0; t < steps; t++) {
    nq_minimize(f, maximum_rate, maximum_momentum, &alpha[t], &mu[t]);
    if (t + 1 == steps) break;
    double *A = slots + 3 * (t + 1) * d;
    f = nq_next_quadratic(d, h, c, m0, k, x, y, p, q, r, A, A + d, A + 2 * d, alpha[t], mu[t]);
  }
  if (steps > 0) nq_heavy_ball_advance(d, h, c, x, y, p, q, r, alpha[steps - 1], mu[steps - 1], 1);
}

NQ_CLONES void nq_heavy_ball_sweep_backward(size_t d, size_t steps, const double *restrict h,
                                            const double *restrict c, const double *restrict k,
                                            double *restrict costate, double *restrict slots,
                                            double *restrict alpha, double *restrict mu,
                                            double maximum_rate, double maximum_momentum) {
  NQ_FAST
  double *restrict a = costate, *restrict b = a + d;
  for (size_t t = steps; t-- > 0;) {
    double *restrict P = slots + 3 * t * d, *restrict Q = P + d, *restrict R = Q + d;
    double f[5];
    nq_heavy_ball_sums(d, h, c, k, a, b, P, Q, R, f);
    nq_minimize((nq_step_quadratic){f[0], f[1], f[2], f[3], f[4]}, maximum_rate, maximum_momentum, &alpha[t],
                &mu[t]);
    const double g = alpha[t], m = mu[t];
    for (size_t i = 0; i < d; i++) {
      const double s = a[i] + b[i];
      P[i] = a[i];
      Q[i] = b[i];
      a[i] = flushed(a[i] - g * h[i] * s);
      b[i] = flushed(m * s);
    }
  }
}

NQ_CLONES double nq_heavy_ball_gradient(size_t d, size_t steps, const double *restrict h,
                                        const double *restrict c, const double *restrict m0,
                                        const double *restrict k, const double *restrict start,
                                        const double *restrict alpha, const double *restrict mu,
                                        double *restrict path, double *restrict costate,
                                        double *restrict slopes) {
  NQ_FAST
  for (size_t i = 0; i < 5 * d; i++) path[i] = start[i];
  for (size_t t = 0; t < steps; t++) {
    const double *restrict x = path + 5 * t * d, *restrict y = x + d, *restrict p = y + d;
    const double *restrict q = p + d, *restrict r = q + d;
    double *restrict next = path + 5 * (t + 1) * d;
    const double a = alpha[t], m = mu[t], a2 = a * a;
    for (size_t i = 0; i < d; i++) {
      const double g = a * h[i], u = 1 - g, noise = a2 * c[i];
      const double velocity = m * y[i] - g * x[i];
      const double t1 = u * p[i] + m * q[i], t2 = u * q[i] + m * r[i];
      const double s1 = m * q[i] - g * p[i], s2 = m * r[i] - g * q[i];
      next[i] = flushed(x[i] + velocity);
      next[i + d] = flushed(velocity);
      next[i + 2 * d] = u * t1 + m * t2 + noise;
      next[i + 3 * d] = m * t2 - g * t1 + noise;
      next[i + 4 * d] = m * s2 - g * s1 + noise;
    }
  }
  const double *restrict end = path + 5 * steps * d, *restrict variance = end + 2 * d;
  double *restrict A = costate, *restrict B = A + d, *restrict signal = B + d;
  double loss = 0;
  for (size_t i = 0; i < d; i++) {
    signal[i] = m0[i] * end[i];
    loss += k[i] * (signal[i] * end[i] + variance[i]);
    A[i] = 1;
    B[i] = 0;
  }
  for (size_t t = steps; t-- > 0;) {
    const double *restrict x = path + 5 * t * d, *restrict y = x + d, *restrict p = y + d;
    const double *restrict q = p + d, *restrict r = q + d;
    const double a = alpha[t], m = mu[t];
    double rate = 0, momentum = 0, square = 0;
    for (size_t i = 0; i < d; i++) {
      const double s = A[i] + B[i], ks = k[i] * s, ni = a * h[i] * s;
      const double k1 = A[i] - ni, k2 = m * s;
      rate += ks * (s * a * c[i] - h[i] * (signal[i] * x[i] + k1 * p[i] + k2 * q[i]));
      momentum += ks * (signal[i] * y[i] + k1 * q[i] + k2 * r[i]);
      square += ks * s * (m0[i] * y[i] * y[i] + r[i]);
      A[i] = flushed(k1);
      B[i] = flushed(k2);
    }
    slopes[3 * t] = rate;
    slopes[3 * t + 1] = momentum;
    slopes[3 * t + 2] = square;
  }
  return 0.5 * loss;
}

NQ_CLONES void nq_heavy_ball_record_moments(size_t d, size_t steps, const double *restrict h,
                                            const double *restrict c, const double *restrict m0,
                                            double *restrict state, double *restrict slots,
                                            const double *restrict alpha, const double *restrict mu) {
  NQ_FAST
  double *restrict x = state, *restrict y = x + d, *restrict p = y + d, *restrict q = p + d;
  double *restrict r = q + d;
  for (size_t t = 0; t < steps; t++) {
    double *restrict P = slots + 3 * t * d, *restrict Q = P + d, *restrict R = Q + d;
    const double a = alpha[t], m = mu[t], a2 = a * a;
    for (size_t i = 0; i < d; i++) {
      const double mx = m0[i] * x[i];
      P[i] = mx * x[i] + p[i];
      Q[i] = mx * y[i] + q[i];
      R[i] = m0[i] * y[i] * y[i] + r[i];
      const double g = a * h[i], u = 1 - g, noise = a2 * c[i];
      const double velocity = m * y[i] - g * x[i];
      const double t1 = u * p[i] + m * q[i], t2 = u * q[i] + m * r[i];
      const double s1 = m * q[i] - g * p[i], s2 = m * r[i] - g * q[i];
      x[i] = flushed(x[i] + velocity);
      y[i] = flushed(velocity);
      p[i] = u * t1 + m * t2 + noise;
      q[i] = m * t2 - g * t1 + noise;
      r[i] = m * s2 - g * s1 + noise;
    }
  }
}
