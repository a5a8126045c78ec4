#include "clones.h"
#include "noisy_quadratic_kernels.h"

NQ_CLONES size_t nq_stieltjes(size_t d, const double *restrict x, const double *restrict w, size_t count,
                              double *restrict p, double *restrict q, double *restrict a,
                              double *restrict b) {
  NQ_FAST
  double mass = 0, first = 0;
  for (size_t i = 0; i < d; i++) {
    p[i] = 1;
    q[i] = 0;
    mass += w[i];
    first += w[i] * x[i];
  }
  // p holds the next polynomial before normalization, and q the previous one, normalized.
  double norm2 = mass, moment = first, below = 0;
  for (size_t k = 0; k < count; k++) {
    const double scale = 1 / sqrt(norm2), center = moment / norm2;
    a[k] = center;
    b[k] = k == 0 ? 0 : sqrt(norm2);
    below = b[k];
    norm2 = moment = 0;
    for (size_t i = 0; i < d; i++) {
      const double normalized = p[i] * scale;
      const double next = (x[i] - center) * normalized - below * q[i];
      q[i] = normalized;
      p[i] = next;
      const double square = w[i] * (next * next);
      norm2 += square;
      moment += square * x[i];
    }
    // Up to rounding, the measure has no more points than this.
    if (!(norm2 > 1e-26)) return k + 1;
  }
  return count;
}

NQ_CLONES void nq_chebyshev_moments(size_t d, const double *restrict x, const double *restrict w,
                                    size_t count, double *restrict moments) {
  NQ_FAST
  enum { LANES = 8, MOST = 256 };
  double sums[MOST][LANES] = {{0}};
  if (count > MOST) count = MOST;
  for (size_t i = 0; i < d; i += LANES) {
    double t0[LANES], t1[LANES], x2[LANES];
    const size_t lanes = d - i < LANES ? d - i : LANES;
    for (size_t l = 0; l < LANES; l++) {
      const double point = l < lanes ? x[i + l] : 0, weight = l < lanes ? w[i + l] : 0;
      t0[l] = weight;
      t1[l] = weight * point;
      x2[l] = 2 * point;
    }
    for (size_t j = 0; j < count; j++) {
      for (size_t l = 0; l < LANES; l++) {
        sums[j][l] += t0[l];
        const double next = x2[l] * t1[l] - t0[l];
        t0[l] = t1[l];
        t1[l] = next;
      }
    }
  }
  for (size_t j = 0; j < count; j++) {
    double sum = 0;
    for (size_t l = 0; l < LANES; l++) sum += sums[j][l];
    moments[j] = sum;
  }
}
