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

// One step of z = (p, q, r), the moments or a derivative of theirs by the constant rate and momentum. Returns the
// sum of k p after it. `added` is 1 for the moments, whose step adds noise. The derivatives of the step by the rate
// at x, `by_rate` times, and by the momentum at y, `by_momentum` times, and its second derivatives at the moments s
// are added. error, x_error, s_error: sums of coupling p at z, x and s. x_added: 1 if x is the moments.
NQ_INLINE double nq_feature_order(size_t d, const double *restrict h, const double *restrict c, double share,
                                  const double *restrict k, double a, double m, double *restrict z,
                                  double error, double added, const double *restrict x, double x_error,
                                  double x_added, double by_rate, const double *restrict y,
                                  double by_momentum, const double *restrict s, double s_error,
                                  double rates, double mixed, double momenta) {
  NQ_FAST
  double sum = 0;
  for (size_t i = 0; i < d; i++) {
    const double p = z[i], q = z[d + i], r = z[2 * d + i], g = a * h[i];
    const double noise = added * c[i] + h[i] * (share * h[i] * p + error);
    double dx = m * q - g * p;
    double dr = m * (m * r - g * q) - g * dx + a * a * noise;
    if (by_rate != 0) {
      const double xp = h[i] * x[i], xq = h[i] * x[d + i];
      const double xn = x_added * c[i] + h[i] * (share * xp + x_error);
      dx -= by_rate * xp;
      dr += by_rate * 2 * (a * (h[i] * xp + xn) - m * xq);
    }
    if (by_momentum != 0) {
      dx += by_momentum * y[d + i];
      dr += by_momentum * 2 * (m * y[2 * d + i] - g * y[d + i]);
    }
    if (rates != 0) dr += 2 * (h[i] * ((1 + share) * h[i] * s[i] + s_error) + c[i]);
    if (mixed != 0) dr -= 2 * h[i] * s[d + i];
    if (momenta != 0) dr += 2 * s[2 * d + i];
    z[i] = p + 2 * dx + dr;
    z[d + i] = dx + dr;
    z[2 * d + i] = dr;
    sum += k[i] * z[i];
  }
  return sum;
}

NQ_CLONES void nq_feature_constant_derivatives(size_t d, size_t steps, const double *restrict h,
                                               const double *restrict c, const double *restrict coupling,
                                               double share, const double *restrict k,
                                               const double *restrict moments, const double *weights,
                                               double alpha, double mu, int holds_momentum,
                                               double *restrict scratch, double results[6]) {
  NQ_FAST
  // The moments, and their derivatives by alpha, mu, alpha alpha, alpha mu, mu mu.
  double *z[6];
  for (size_t j = 0; j < 6; j++) z[j] = scratch + 3 * j * d;
  for (size_t i = 0; i < 3 * d; i++) scratch[i] = moments[i];
  for (size_t i = 3 * d; i < 18 * d; i++) scratch[i] = 0;
  for (size_t j = 0; j < 6; j++) results[j] = 0;
  for (size_t t = 1; t <= steps; t++) {
    double e[6] = {0, 0, 0, 0, 0, 0}, sums[6] = {0, 0, 0, 0, 0, 0};
    for (size_t j = 0; j < 6; j++) {
      if (holds_momentum && (j == 2 || j > 3)) continue;
      double sum = 0;
      for (size_t i = 0; i < d; i++) sum += coupling[i] * z[j][i];
      e[j] = sum;
    }
    // A derivative needs those of lower order before the step.
    if (!holds_momentum) {
      sums[5] = nq_feature_order(d, h, c, share, k, alpha, mu, z[5], e[5], 0, NULL, 0, 0, 0, z[2], 2, z[0],
                                 e[0], 0, 0, 1);
      sums[4] = nq_feature_order(d, h, c, share, k, alpha, mu, z[4], e[4], 0, z[2], e[2], 0, 1, z[1], 1, z[0],
                                 e[0], 0, 1, 0);
    }
    sums[3] = nq_feature_order(d, h, c, share, k, alpha, mu, z[3], e[3], 0, z[1], e[1], 0, 2, NULL, 0, z[0],
                               e[0], 1, 0, 0);
    if (!holds_momentum) {
      sums[2] = nq_feature_order(d, h, c, share, k, alpha, mu, z[2], e[2], 0, NULL, 0, 0, 0, z[0], 1, NULL, 0,
                                 0, 0, 0);
    }
    sums[1] = nq_feature_order(d, h, c, share, k, alpha, mu, z[1], e[1], 0, z[0], e[0], 1, 1, NULL, 0, NULL, 0,
                               0, 0, 0);
    sums[0] = nq_feature_order(d, h, c, share, k, alpha, mu, z[0], e[0], 1, NULL, 0, 0, 0, NULL, 0, NULL, 0, 0,
                               0, 0);
    const double weight = weights ? weights[t] : (t == steps ? 1 : 0);
    if (weight > 0) {
      for (size_t j = 0; j < 6; j++) results[j] += 0.5 * weight * sums[j];
    }
  }
}
