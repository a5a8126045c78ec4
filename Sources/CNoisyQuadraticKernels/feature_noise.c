#include "clones.h"
#include "noisy_quadratic_kernels.h"

NQ_CLONES void nq_feature_noise(size_t d, const double *restrict h, const double *restrict c,
                                const double *restrict coupling, double share, const double *restrict m,
                                double *restrict noise) {
  NQ_FAST
  double error = 0;
  for (size_t i = 0; i < d; i++) error += coupling[i] * m[i];
  for (size_t i = 0; i < d; i++) noise[i] = c[i] + h[i] * (share * h[i] * m[i] + error);
}

NQ_CLONES void nq_feature_adjoint(size_t d, const double *restrict h, const double *restrict coupling,
                                  double share, double alpha, const double *restrict e, double *restrict w) {
  NQ_FAST
  const double alpha2 = alpha * alpha;
  double worth = 0;
  for (size_t i = 0; i < d; i++) worth += h[i] * e[i];
  for (size_t i = 0; i < d; i++) w[i] += alpha2 * (share * h[i] * h[i] * e[i] + coupling[i] * worth);
}

NQ_CLONES void nq_feature_worth(size_t d, const double *restrict A, const double *restrict B,
                                const double *restrict C, double *restrict e) {
  NQ_FAST
  for (size_t i = 0; i < d; i++) e[i] = A[i] + 2 * B[i] + C[i];
}

NQ_CLONES void nq_feature_sgd_tangents(size_t d, size_t stride, size_t steps, size_t s,
                                       const double *restrict h, const double *restrict c,
                                       const double *restrict coupling, double share,
                                       const double *restrict trajectory, const double *restrict alpha,
                                       double *restrict tangent, double *restrict hessian) {
  NQ_FAST
  double *restrict column = hessian + s;  // of step s
  const double *restrict start = trajectory + s * 2 * stride;
  double error = 0;
  for (size_t i = 0; i < d; i++) error += coupling[i] * start[i];
  for (size_t i = 0; i < d; i++) {
    const double hm = h[i] * start[i];
    tangent[i] = 2 * (alpha[s] * (h[i] * ((1 + share) * hm + error) + c[i]) - hm);
  }
  for (size_t t = s + 1; t < steps; t++) {
    const double *restrict w = trajectory + t * 2 * stride + stride;
    const double a = alpha[t];
    double sum = 0, change = 0;
    for (size_t i = 0; i < d; i++) change += coupling[i] * tangent[i];
    for (size_t i = 0; i < d; i++) {
      const double u = 1 - a * h[i], noise = h[i] * (share * h[i] * tangent[i] + change);
      sum += w[i] * (a * noise - h[i] * u * tangent[i]);
      tangent[i] = u * u * tangent[i] + a * a * noise;
    }
    column[t * steps] += sum;
  }
}

// Advances the tangent (p, q, r) of one control of step s from after that step. column: that of the control.
NQ_INLINE void nq_feature_heavy_ball_tangent(
    size_t d, size_t stride, size_t steps, size_t s, const double *restrict h,
    const double *restrict coupling, double share, const double *restrict trajectory,
    const double *restrict alpha, const double *restrict mu, double *restrict p, double *restrict q,
    double *restrict r, double *restrict column) {
  NQ_FAST
  const size_t order = 2 * steps;
  for (size_t t = s + 1; t < steps; t++) {
    const double *restrict A = trajectory + (t * 6 + 3) * stride, *restrict B = A + stride;
    const double *restrict C = B + stride;
    const double a = alpha[t], m = mu[t];
    double rate = 0, momentum = 0, change = 0;
    for (size_t i = 0; i < d; i++) change += coupling[i] * p[i];
    for (size_t i = 0; i < d; i++) {
      const double f = A[i] + B[i], e = f + B[i] + C[i], u = a * h[i];
      const double noise = h[i] * (share * h[i] * p[i] + change);
      const double x = m * q[i] - u * p[i], y = m * r[i] - u * q[i];
      rate += e * (a * noise - h[i] * x) - h[i] * f * p[i];
      momentum += e * y + f * q[i];
      r[i] = m * y - u * x + a * a * noise;
      q[i] = x + r[i];
      p[i] += x + q[i];
    }
    column[2 * t * order] += rate;
    column[(2 * t + 1) * order] += momentum;
  }
}

NQ_CLONES void nq_feature_heavy_ball_tangents(size_t d, size_t stride, size_t steps, size_t s,
                                              const double *restrict h, const double *restrict c,
                                              const double *restrict coupling, double share,
                                              const double *restrict trajectory,
                                              const double *restrict alpha, const double *restrict mu,
                                              const unsigned char *held, double *restrict tangent,
                                              double *restrict hessian) {
  NQ_FAST
  double *restrict p = tangent, *restrict q = p + d, *restrict r = q + d;
  const double *restrict P = trajectory + s * 6 * stride, *restrict Q = P + stride, *restrict R = Q + stride;
  if (!held || !held[2 * s]) {
    double error = 0;
    for (size_t i = 0; i < d; i++) error += coupling[i] * P[i];
    for (size_t i = 0; i < d; i++) {
      const double hp = h[i] * P[i];
      r[i] = 2 * (alpha[s] * (h[i] * ((1 + share) * hp + error) + c[i]) - mu[s] * h[i] * Q[i]);
      q[i] = r[i] - hp;
      p[i] = q[i] - hp;
    }
    nq_feature_heavy_ball_tangent(d, stride, steps, s, h, coupling, share, trajectory, alpha, mu, p, q, r,
                                  hessian + 2 * s);
  }
  if (!held || !held[2 * s + 1]) {
    for (size_t i = 0; i < d; i++) {
      r[i] = 2 * (mu[s] * R[i] - alpha[s] * h[i] * Q[i]);
      q[i] = r[i] + Q[i];
      p[i] = q[i] + Q[i];
    }
    nq_feature_heavy_ball_tangent(d, stride, steps, s, h, coupling, share, trajectory, alpha, mu, p, q, r,
                                  hessian + 2 * s + 1);
  }
}

NQ_CLONES double nq_feature_constant_loss(size_t d, size_t steps, const double *restrict h,
                                          const double *restrict c, const double *restrict coupling,
                                          double share, const double *restrict k, const double *restrict m0,
                                          const double *restrict state, const double *weights, double alpha,
                                          double mu, double *restrict scratch) {
  NQ_FAST
  double *restrict x = scratch, *restrict y = x + d, *restrict p = y + d, *restrict q = p + d;
  double *restrict r = q + d;
  double error = 0, loss = 0, objective = 0;
  for (size_t i = 0; i < 5 * d; i++) scratch[i] = state[i];
  for (size_t i = 0; i < d; i++) error += coupling[i] * (m0[i] * x[i] * x[i] + p[i]);
  for (size_t t = 1; t <= steps; t++) {
    double next = 0;
    loss = 0;
    if (mu == 0) {
      // The velocity is not needed.
      for (size_t i = 0; i < d; i++) {
        const double u = 1 - alpha * h[i];
        const double variance = c[i] + h[i] * (share * h[i] * (m0[i] * x[i] * x[i] + p[i]) + error);
        x[i] = flushed(x[i] * u);
        p[i] = flushed(u * u * p[i] + alpha * alpha * variance);
        const double m = m0[i] * x[i] * x[i] + p[i];
        next += coupling[i] * m;
        loss += k[i] * m;
      }
    } else {
      for (size_t i = 0; i < d; i++) {
        const double g = alpha * h[i], u = 1 - g;
        const double variance = c[i] + h[i] * (share * h[i] * (m0[i] * x[i] * x[i] + p[i]) + error);
        const double noise = alpha * alpha * variance, velocity = mu * y[i] - g * x[i];
        x[i] = flushed(x[i] + velocity);
        y[i] = flushed(velocity);
        const double t1 = u * p[i] + mu * q[i], t2 = u * q[i] + mu * r[i];
        const double s1 = mu * q[i] - g * p[i], s2 = mu * r[i] - g * q[i];
        p[i] = u * t1 + mu * t2 + noise;
        q[i] = mu * t2 - g * t1 + noise;
        r[i] = mu * s2 - g * s1 + noise;
        const double m = m0[i] * x[i] * x[i] + p[i];
        next += coupling[i] * m;
        loss += k[i] * m;
      }
    }
    error = next;
    // A run that has overflowed does not come back.
    if (!(error <= 1e300)) return error;
    if (weights && weights[t] > 0) objective += 0.5 * weights[t] * loss;
  }
  return weights ? objective : 0.5 * loss;
}

// The moments of one direction, or their derivatives by the constant rate and momentum.
typedef struct {
  double p, q, r;
} nq_triple;

// One step of (p, q, r): linear but for the added noise.
NQ_INLINE nq_triple nq_feature_step(nq_triple s, double h, double a, double m, double noise) {
  const double x = m * s.q - a * h * s.p, y = m * s.r - a * h * s.q;
  const double r = m * y - a * h * x + a * a * noise;
  return (nq_triple){s.p + 2 * x + r, x + r, r};
}

// The derivative of that step by the rate, and by the momentum, at a fixed state.
NQ_INLINE nq_triple nq_feature_by_rate(nq_triple s, double h, double a, double m, double noise) {
  const double x = -h * s.p, r = 2 * (a * (h * h * s.p + noise) - m * h * s.q);
  return (nq_triple){2 * x + r, x + r, r};
}

NQ_INLINE nq_triple nq_feature_by_momentum(nq_triple s, double h, double a, double m) {
  const double r = 2 * (m * s.r - a * h * s.q);
  return (nq_triple){2 * s.q + r, s.q + r, r};
}

NQ_CLONES void nq_feature_constant_derivatives(size_t d, size_t steps, const double *restrict h,
                                               const double *restrict c, const double *restrict coupling,
                                               double share, const double *restrict k,
                                               const double *restrict moments, const double *weights,
                                               double alpha, double mu, int holds_momentum,
                                               double *restrict scratch, double results[6]) {
  NQ_FAST
  // Columns: the moments p, q, r, then their derivatives by alpha, alpha alpha, mu, alpha mu, mu mu.
  const size_t orders = holds_momentum ? 3 : 6;
  const double a = alpha, m = mu;
  for (size_t i = 0; i < 3 * d; i++) scratch[i] = moments[i];
  for (size_t i = 3 * d; i < 3 * orders * d; i++) scratch[i] = 0;
  for (int j = 0; j < 6; j++) results[j] = 0;
  for (size_t t = 0; t < steps; t++) {
    double errors[6] = {0, 0, 0, 0, 0, 0};
    for (size_t j = 0; j < orders; j++) {
      const double *restrict p = scratch + 3 * j * d;
      double sum = 0;
      for (size_t i = 0; i < d; i++) sum += coupling[i] * p[i];
      errors[j] = sum;
    }
    const double weight = weights ? weights[t + 1] : (t + 1 == steps ? 1 : 0);
    double sums[6] = {0, 0, 0, 0, 0, 0};
    for (size_t i = 0; i < d; i++) {
      nq_triple s[6], next[6];
      double noise[6];
      for (size_t j = 0; j < orders; j++) {
        const double *restrict column = scratch + 3 * j * d + i;
        s[j] = (nq_triple){column[0], column[d], column[2 * d]};
        noise[j] = h[i] * (share * h[i] * s[j].p + errors[j]);
      }
      noise[0] += c[i];
      for (size_t j = 0; j < orders; j++) next[j] = nq_feature_step(s[j], h[i], a, m, noise[j]);
      const nq_triple ra = nq_feature_by_rate(s[0], h[i], a, m, noise[0]);
      const nq_triple ta = nq_feature_by_rate(s[1], h[i], a, m, noise[1]);
      const double second = 2 * (h[i] * h[i] * s[0].p + noise[0]);
      next[1].p += ra.p;
      next[1].q += ra.q;
      next[1].r += ra.r;
      next[2].p += 2 * ta.p + second;
      next[2].q += 2 * ta.q + second;
      next[2].r += 2 * ta.r + second;
      if (!holds_momentum) {
        const nq_triple rm = nq_feature_by_momentum(s[0], h[i], a, m);
        const nq_triple tm = nq_feature_by_momentum(s[3], h[i], a, m);
        const nq_triple am = nq_feature_by_momentum(s[1], h[i], a, m);
        const nq_triple ma = nq_feature_by_rate(s[3], h[i], a, m, noise[3]);
        const double mixed = -2 * h[i] * s[0].q, square = 2 * s[0].r;
        next[3].p += rm.p;
        next[3].q += rm.q;
        next[3].r += rm.r;
        next[4].p += am.p + ma.p + mixed;
        next[4].q += am.q + ma.q + mixed;
        next[4].r += am.r + ma.r + mixed;
        next[5].p += 2 * tm.p + square;
        next[5].q += 2 * tm.q + square;
        next[5].r += 2 * tm.r + square;
      }
      for (size_t j = 0; j < orders; j++) {
        double *restrict column = scratch + 3 * j * d + i;
        column[0] = next[j].p;
        column[d] = next[j].q;
        column[2 * d] = next[j].r;
        sums[j] += k[i] * next[j].p;
      }
    }
    for (size_t j = 0; j < orders; j++) sums[j] *= 0.5 * weight;
    if (weight > 0) {
      results[0] += sums[0];
      results[1] += sums[1];
      results[2] += sums[3];
      results[3] += sums[2];
      results[4] += sums[4];
      results[5] += sums[5];
    }
  }
}
