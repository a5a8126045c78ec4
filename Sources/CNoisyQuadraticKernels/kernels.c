#include "clones.h"
#include "noisy_quadratic_kernels.h"

NQ_CLONES void nq_sgd_advance(size_t d, const double *restrict h, const double *restrict c,
                              double *restrict m, double alpha, size_t steps) {
  NQ_FAST
  const double alpha2 = alpha * alpha;
  for (size_t t = 0; t < steps; t++) {
    for (size_t i = 0; i < d; i++) {
      const double u = 1 - alpha * h[i];
      m[i] = flushed(u * u * m[i] + alpha2 * c[i]);
    }
  }
}

NQ_CLONES void nq_sgd_adjoint_step(size_t d, const double *restrict h, double *restrict w, double alpha) {
  NQ_FAST
  for (size_t i = 0; i < d; i++) {
    const double u = 1 - alpha * h[i];
    w[i] = flushed(u * u * w[i]);
  }
}

NQ_CLONES void nq_sgd_sums(size_t d, const double *restrict h, const double *restrict c,
                           const double *restrict m, const double *restrict w, double sums[2]) {
  NQ_FAST
  double quadratic = 0, linear = 0;
  for (size_t i = 0; i < d; i++) {
    const double hm = h[i] * m[i];
    quadratic += w[i] * (h[i] * hm + c[i]);
    linear += w[i] * hm;
  }
  sums[0] = quadratic;
  sums[1] = linear;
}

NQ_CLONES void nq_heavy_ball_advance(size_t d, const double *restrict h, const double *restrict c,
                                     double *restrict x, double *restrict y, double *restrict p,
                                     double *restrict q, double *restrict r, double alpha, double mu,
                                     size_t steps) {
  NQ_FAST
  const double alpha2 = alpha * alpha;
  for (size_t t = 0; t < steps; t++) {
    for (size_t i = 0; i < d; i++) {
      const double g = alpha * h[i], u = 1 - g, noise = alpha2 * c[i];
      const double velocity = mu * y[i] - g * x[i];
      x[i] = flushed(x[i] + velocity);
      y[i] = flushed(velocity);
      // Covariances of the new position, and then of the new velocity, with the old position and velocity.
      const double t1 = u * p[i] + mu * q[i], t2 = u * q[i] + mu * r[i];
      const double s1 = mu * q[i] - g * p[i], s2 = mu * r[i] - g * q[i];
      p[i] = u * t1 + mu * t2 + noise;
      q[i] = mu * t2 - g * t1 + noise;
      r[i] = mu * s2 - g * s1 + noise;
    }
  }
}

NQ_CLONES void nq_heavy_ball_moments(size_t d, const double *restrict m0, const double *restrict x,
                                     const double *restrict y, const double *restrict p,
                                     const double *restrict q, const double *restrict r,
                                     double *restrict P, double *restrict Q, double *restrict R) {
  NQ_FAST
  for (size_t i = 0; i < d; i++) {
    const double mx = m0[i] * x[i];
    P[i] = mx * x[i] + p[i];
    Q[i] = mx * y[i] + q[i];
    R[i] = m0[i] * y[i] * y[i] + r[i];
  }
}

NQ_CLONES void nq_heavy_ball_adjoint_step(size_t d, const double *restrict h, double *restrict a,
                                     double *restrict b, double alpha, double mu) {
  NQ_FAST
  for (size_t i = 0; i < d; i++) {
    const double s = a[i] + b[i];
    a[i] = flushed(a[i] - alpha * h[i] * s);
    b[i] = flushed(mu * s);
  }
}

NQ_CLONES void nq_heavy_ball_sums(size_t d, const double *restrict h, const double *restrict c,
                                  const double *restrict k, const double *restrict a,
                                  const double *restrict b, const double *restrict P,
                                  const double *restrict Q, const double *restrict R, double sums[5]) {
  NQ_FAST
  double aa = 0, am = 0, mm = 0, ba = 0, bm = 0;
  for (size_t i = 0; i < d; i++) {
    const double s = a[i] + b[i], ks = k[i] * s, kss = ks * s, ksa = ks * a[i];
    const double hp = h[i] * P[i];
    aa += kss * (h[i] * hp + c[i]);
    am -= kss * (h[i] * Q[i]);
    mm += kss * R[i];
    ba += ksa * hp;
    bm -= ksa * Q[i];
  }
  sums[0] = aa;
  sums[1] = am;
  sums[2] = mm;
  sums[3] = ba;
  sums[4] = bm;
}

NQ_CLONES void nq_heavy_ball_matrix_adjoint_step(size_t d, const double *restrict h, double *restrict A,
                                            double *restrict B, double *restrict C, double alpha,
                                            double mu) {
  NQ_FAST
  for (size_t i = 0; i < d; i++) {
    const double g = alpha * h[i], f = A[i] + B[i], e = f + B[i] + C[i], fge = f - g * e;
    A[i] = flushed(A[i] - g * (f + fge));
    B[i] = flushed(mu * fge);
    C[i] = flushed(mu * mu * e);
  }
}

NQ_CLONES void nq_heavy_ball_matrix_sums(size_t d, const double *restrict h, const double *restrict c,
                                         const double *restrict A, const double *restrict B,
                                         const double *restrict C, const double *restrict P,
                                         const double *restrict Q, const double *restrict R,
                                         double sums[5]) {
  NQ_FAST
  double aa = 0, am = 0, mm = 0, ba = 0, bm = 0;
  for (size_t i = 0; i < d; i++) {
    const double f = A[i] + B[i], e = f + B[i] + C[i];
    const double hp = h[i] * P[i];
    aa += e * (h[i] * hp + c[i]);
    am -= e * (h[i] * Q[i]);
    mm += e * R[i];
    ba += f * hp;
    bm -= f * Q[i];
  }
  sums[0] = aa;
  sums[1] = am;
  sums[2] = mm;
  sums[3] = ba;
  sums[4] = bm;
}

void nq_cholesky_delete(size_t n, size_t k, double *factor, double *cosines, double *sines) {
  // The columns after k move forward by one place. Rotations of neighbouring rows then remove the entries
  // below the diagonal. Each column first undergoes the rotations of the columns before it.
  for (size_t j = 0; j + 1 < n; j++) {
    const double *from = factor + (j < k ? j : j + 1) * n;
    double *to = factor + j * (n - 1);
    if (j < k) {
      for (size_t i = 0; i <= j; i++) to[i] = from[i];
      continue;
    }
    for (size_t i = 0; i < k; i++) to[i] = from[i];
    double above = from[k];
    for (size_t i = k; i < j; i++) {
      const double below = from[i + 1];
      to[i] = cosines[i] * above + sines[i] * below;
      above = cosines[i] * below - sines[i] * above;
    }
    const double below = from[j + 1], length = sqrt(above * above + below * below);
    cosines[j] = above / length;
    sines[j] = below / length;
    to[j] = length;
  }
}

NQ_CLONES void nq_add(size_t d, double g, const double *restrict k, double *restrict w) {
  NQ_FAST
  for (size_t i = 0; i < d; i++) w[i] += g * k[i];
}

NQ_CLONES double nq_dot(size_t d, const double *restrict k, const double *restrict m) {
  NQ_FAST
  double sum = 0;
  for (size_t i = 0; i < d; i++) sum += k[i] * m[i];
  return sum;
}

NQ_CLONES double nq_heavy_ball_dot(size_t d, const double *restrict k, const double *restrict m0,
                                   const double *restrict x, const double *restrict p) {
  NQ_FAST
  double sum = 0;
  for (size_t i = 0; i < d; i++) sum += k[i] * (m0[i] * x[i] * x[i] + p[i]);
  return sum;
}

NQ_CLONES void nq_sgd_tangents(size_t d, size_t stride, size_t steps, size_t s, const double *restrict h,
                               const double *restrict c, const double *restrict trajectory,
                               const double *restrict alpha, double *restrict tangent,
                               double *restrict hessian) {
  NQ_FAST
  double *restrict column = hessian + s;  // of step s
  const double *restrict start = trajectory + s * 2 * stride;
  for (size_t i = 0; i < d; i++) {
    tangent[i] = 2 * (alpha[s] * (h[i] * h[i] * start[i] + c[i]) - h[i] * start[i]);
  }
  for (size_t t = s + 1; t < steps; t++) {
    const double *restrict w = trajectory + t * 2 * stride + stride;
    const double a = alpha[t];
    double sum = 0;
    for (size_t i = 0; i < d; i++) {
      const double u = 1 - a * h[i];
      sum -= w[i] * h[i] * u * tangent[i];
      tangent[i] *= u * u;
    }
    column[t * steps] += sum;
  }
}

// Advances the tangent of one control of step s, starting from (p, q, r) after that step. column: that of the
// control.
static inline __attribute__((always_inline)) void nq_heavy_ball_tangent(
    size_t d, size_t stride, size_t steps, size_t s, const double *restrict h,
    const double *restrict trajectory, const double *restrict alpha, const double *restrict mu,
    double *restrict p, double *restrict q, double *restrict r, double *restrict column) {
  NQ_FAST
  const size_t order = 2 * steps;
  for (size_t t = s + 1; t < steps; t++) {
    const double *restrict A = trajectory + (t * 6 + 3) * stride, *restrict B = A + stride;
    const double *restrict C = B + stride;
    const double a = alpha[t], m = mu[t];
    double rate = 0, momentum = 0;
    for (size_t i = 0; i < d; i++) {
      const double f = A[i] + B[i], e = f + B[i] + C[i], u = a * h[i];
      const double x = m * q[i] - u * p[i], y = m * r[i] - u * q[i];
      rate -= h[i] * (e * x + f * p[i]);
      momentum += e * y + f * q[i];
      r[i] = m * y - u * x;
      q[i] = x + r[i];
      p[i] += x + q[i];
    }
    column[2 * t * order] += rate;
    column[(2 * t + 1) * order] += momentum;
  }
}

NQ_CLONES void nq_heavy_ball_tangents(size_t d, size_t stride, size_t steps, size_t s,
                                      const double *restrict h, const double *restrict c,
                                      const double *restrict trajectory, const double *restrict alpha,
                                      const double *restrict mu, const unsigned char *held,
                                      double *restrict tangent, double *restrict hessian) {
  NQ_FAST
  const size_t order = 2 * steps;
  const int isRateHeld = held && held[2 * s], isMomentumHeld = held && held[2 * s + 1];
  if (isRateHeld && isMomentumHeld) return;
  double *restrict p1 = tangent, *restrict q1 = p1 + d, *restrict r1 = q1 + d;
  double *restrict p2 = r1 + d, *restrict q2 = p2 + d, *restrict r2 = q2 + d;
  const double *restrict P = trajectory + s * 6 * stride, *restrict Q = P + stride, *restrict R = Q + stride;
  for (size_t i = 0; i < d; i++) {
    const double hp = h[i] * P[i], hq = h[i] * Q[i];
    r1[i] = 2 * (alpha[s] * (h[i] * hp + c[i]) - mu[s] * hq);
    q1[i] = r1[i] - hp;
    p1[i] = q1[i] - hp;
    r2[i] = 2 * (mu[s] * R[i] - alpha[s] * hq);
    q2[i] = r2[i] + Q[i];
    p2[i] = q2[i] + Q[i];
  }
  if (isMomentumHeld) {
    nq_heavy_ball_tangent(d, stride, steps, s, h, trajectory, alpha, mu, p1, q1, r1, hessian + 2 * s);
    return;
  }
  if (isRateHeld) {
    nq_heavy_ball_tangent(d, stride, steps, s, h, trajectory, alpha, mu, p2, q2, r2, hessian + 2 * s + 1);
    return;
  }
  for (size_t t = s + 1; t < steps; t++) {
    const double *restrict A = trajectory + (t * 6 + 3) * stride, *restrict B = A + stride;
    const double *restrict C = B + stride;
    const double a = alpha[t], m = mu[t];
    double s11 = 0, s21 = 0, s12 = 0, s22 = 0;
    for (size_t i = 0; i < d; i++) {
      const double f = A[i] + B[i], e = f + B[i] + C[i], u = a * h[i];
      // The changes of E[theta v'], of E[v v'], and of E[v' v'], for both controls of step s.
      const double x1 = m * q1[i] - u * p1[i], y1 = m * r1[i] - u * q1[i];
      const double x2 = m * q2[i] - u * p2[i], y2 = m * r2[i] - u * q2[i];
      s11 -= h[i] * (e * x1 + f * p1[i]);
      s21 += e * y1 + f * q1[i];
      s12 -= h[i] * (e * x2 + f * p2[i]);
      s22 += e * y2 + f * q2[i];
      r1[i] = m * y1 - u * x1;
      q1[i] = x1 + r1[i];
      p1[i] += x1 + q1[i];
      r2[i] = m * y2 - u * x2;
      q2[i] = x2 + r2[i];
      p2[i] += x2 + q2[i];
    }
    double *restrict block = hessian + 2 * t * order + 2 * s;
    block[0] += s11;
    block[1] += s12;
    block[order] += s21;
    block[order + 1] += s22;
  }
}

NQ_CLONES void nq_scale_lower(size_t n, const double *restrict scale, double *restrict matrix) {
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j <= i; j++) matrix[i * n + j] *= scale[i] * scale[j];
  }
}

NQ_CLONES void nq_gather_lower(size_t n, const double *restrict matrix, size_t m, const size_t *restrict rows,
                               const double *restrict scale, double *restrict gathered) {
  for (size_t i = 0; i < m; i++) {
    const double *restrict row = matrix + rows[i] * n;
    for (size_t j = 0; j <= i; j++) gathered[i * m + j] = row[rows[j]] * (scale[i] * scale[j]);
  }
}
