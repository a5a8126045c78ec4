#include "clones.h"
#include "noisy_quadratic_kernels.h"

// No kernel here allows sums to be taken in another order, because results are rounded outward. (B17)

enum { LANES = 16 };

// One direction: its rows of the tables, S, the nominal x at the end of the range, and the cells in which it
// is slow, [0, slow), and fast, [fast, cells). If the clock is the path's length, reach is its row of h D.
typedef struct {
  const double *kept, *lost, *price, *reach;
  double signal, nominal;
  size_t slow, fast;
} clock_direction;

static const double UNIT = 0x1p-53;
// The allowance for the roundings of one step of the chain.
static const double DOWNWARD = 1 - 0x1p-49;

NQ_CLONES void nq_clock_tables(size_t d, size_t cells, const double *restrict clock,
                               const double *restrict lowest, const double *restrict highest,
                               const double *restrict noise, const double *restrict whole_noise,
                               double margin, double *restrict kept, double *restrict lost,
                               double *restrict price, double *restrict norms) {
  double slowest = INFINITY;
  for (size_t i = 0; i < d; i++) {
    if (noise[i] > 0 && highest[i] < slowest) slowest = highest[i];
  }
  for (size_t k = 0; k < cells; k++) norms[k] = 0;
  for (size_t i = 0; i < d; i++) {
    for (size_t k = 0; k < cells; k++) {
      const size_t j = i * cells + k;
      const double width = clock[k + 1] - clock[k], middle = 0.5 * (clock[k + 1] + clock[k]);
      const double fast = highest[i] * width;
      kept[j] = exp(-fast) * (1 - (8 + 2 * fast) * 2 * UNIT);
      if (!(kept[j] > 0)) kept[j] = 0;
      lost[j] = -expm1(-lowest[i] * width) * (1 - 16 * UNIT);
      // The flow relative to the slowest direction with noise, so that nothing that counts underflows.
      price[j] = noise[i] > 0 ? exp(-(highest[i] - slowest) * middle) : 0;
      norms[k] += whole_noise[i] * (price[j] * price[j]);
    }
  }
  for (size_t k = 0; k < cells; k++) norms[k] = sqrt(norms[k]);
  for (size_t i = 0; i < d; i++) {
    for (size_t k = 0; k < cells; k++) {
      const size_t j = i * cells + k;
      // Without a field, the price is 0. A weaker field is always valid.
      price[j] = norms[k] > 1e-140 ? noise[i] * (price[j] / norms[k]) / highest[i] * (1 - margin) : 0;
      price[j] = price[j] > 0 ? fmin(price[j], 1e150) : 0;
    }
  }
  for (size_t k = 0; k < cells; k++) norms[k] *= exp(-slowest * (0.5 * (clock[k + 1] + clock[k])));
}

// The share of x that an average of x over a cell is at least: (1 - e^{-hD})/(hD).
NQ_INLINE double least_average(double lost, double reach) { return reach > 0 ? fmin(lost / reach, 1) : 1; }

NQ_CLONES void nq_length_tables(size_t d, size_t cells, const double *restrict clock,
                                const double *restrict lowest, const double *restrict highest,
                                const double *restrict noise, const double *restrict whole_noise,
                                const double *restrict signal, double steps, size_t rounds, double margin,
                                double *restrict lost, double *restrict reach, double *restrict price,
                                double *restrict path, double *restrict slopes, double *restrict norms) {
  for (size_t i = 0; i < d; i++) {
    double *x = path + i * (cells + 1);
    x[0] = 1;
    for (size_t k = 0; k < cells; k++) {
      const size_t j = i * cells + k;
      const double width = clock[k + 1] - clock[k];
      lost[j] = -expm1(-lowest[i] * width) * (1 - 16 * UNIT);
      reach[j] = highest[i] * width * (1 + 8 * UNIT);
      // Until the field is known, this table holds zeta.
      price[j] = x[k] * least_average(lost[j], reach[j]);
      x[k + 1] = fmax(x[k] - reach[j] * price[j], 0);
    }
  }
  for (size_t round = 0;; round++) {
    for (size_t k = 0; k < cells; k++) norms[k] = 0;
    for (size_t i = 0; i < d; i++) {
      for (size_t k = 0; k < cells; k++) norms[k] += whole_noise[i] * (price[i * cells + k] * price[i * cells + k]);
    }
    double length = 0;
    for (size_t k = 0; k < cells; k++) {
      norms[k] = sqrt(norms[k]);
      length += norms[k] * (clock[k + 1] - clock[k]);
    }
    if (round == rounds) break;
    // One direction after the other moves a part of the way to its best path at these norms.
    const double rate = 2 * length / steps;
    for (size_t i = 0; i < d; i++) {
      double *x = path + i * (cells + 1), slope = 2 * signal[i] * x[cells];
      for (size_t k = cells; k-- > 0;) {
        const size_t j = i * cells + k;
        slopes[k] = slope;
        const double least = x[k] * least_average(lost[j], reach[j]);
        const double G = norms[k] > 0 ? rate * noise[i] * least / (norms[k] * highest[i]) : 0;
        if (slope <= G) slope = slope + (G - slope) * lost[j];
      }
      for (size_t k = 0; k < cells; k++) {
        const size_t j = i * cells + k;
        const double least = x[k] * least_average(lost[j], reach[j]);
        const double wanted = noise[i] > 0 ? slopes[k] * highest[i] * norms[k] / (rate * noise[i]) : 1;
        const double mixed = 0.7 * price[j] + 0.3 * fmin(fmax(wanted, least), 1);
        price[j] = fmin(fmin(fmax(mixed, least), 1), x[k] / reach[j]);
        x[k + 1] = fmax(x[k] - reach[j] * price[j], 0);
      }
    }
  }
  for (size_t i = 0; i < d; i++) {
    for (size_t k = 0; k < cells; k++) {
      const size_t j = i * cells + k;
      price[j] = norms[k] > 1e-140 ? noise[i] * (price[j] / norms[k]) / highest[i] * (1 - margin) : 0;
      price[j] = price[j] > 0 ? fmin(price[j], 1e150) : 0;
    }
  }
}

NQ_CLONES void nq_clock_thresholds(size_t d, size_t cells, const double *restrict clock,
                                   const double *restrict highest, const double *restrict signal,
                                   const double *restrict kept, const double *restrict price, double rate,
                                   double *restrict slope, size_t *restrict slow) {
  for (size_t i = 0; i < d; i++) slope[i] = 2 * signal[i] * exp(-highest[i] * clock[cells]);
  for (size_t k = cells; k-- > 0;) {
    const double middle = 0.5 * (clock[k + 1] + clock[k]);
    // Up to a constant, what stays on the wrong side if the first directions are slow and the others fast.
    double wrong = 0, least = 0;
    slow[k] = 0;
    for (size_t i = 0; i < d; i++) {
      const double G = rate * price[i * cells + k];
      wrong -= (slope[i] - G) * highest[i] * exp(-highest[i] * middle);
      if (wrong < least) {
        least = wrong;
        slow[k] = i + 1;
      }
      slope[i] = G + (slope[i] - G) * kept[i * cells + k];
    }
  }
}

NQ_CLONES void nq_clock_signal(size_t d, size_t cells, size_t terms, const double *restrict clock,
                               const double *restrict highest, const double *restrict signal,
                               const size_t *restrict slow, double *restrict bound) {
  for (size_t k = 0; k <= cells; k++) {
    const size_t last = k > 0 ? slow[k - 1] : d;
    double sum = 0;
    for (size_t i = 0; i < last; i++) {
      const double x = highest[i] * clock[k];
      // The allowance is for the sum, and for the exponent's rounding.
      const double down = 1 - ((double)terms + 64 + 4 * x) * 2 * UNIT;
      if (down > 0) sum += signal[i] * exp(-2 * x) * down;
    }
    bound[k] = sum;
  }
}

NQ_CLONES void nq_length_signal(size_t d, size_t cells, size_t terms, const double *restrict clock,
                                const double *restrict highest, const double *restrict signal,
                                double *restrict bound) {
  for (size_t k = 0; k <= cells; k++) {
    double sum = 0;
    for (size_t i = 0; i < d; i++) {
      const double x = fmax(1 - highest[i] * clock[k] * (1 + 8 * UNIT) - 8 * UNIT, 0);
      sum += signal[i] * (x * x);
    }
    bound[k] = sum * (1 - ((double)terms + 64) * 2 * UNIT);
  }
}

// The chain from the end of a range to clock 0, for LANES tangents of one direction. The last cells, from
// `first` on, form the stopping range.
NQ_INLINE void chain(const clock_direction *direction, double rate, size_t first, size_t end,
                     int is_last, const double *slopes, double *values) {
  const double *kept = direction->kept, *lost = direction->lost, *price = direction->price;
  const double x = direction->nominal;
  // The tangent b of S x^2 has the constant -b (b/4S). Nothing but 0 is a tangent without signal.
  const double inverse =
      direction->signal > 1e-290 ? 0.25 / direction->signal * (1 + 0x1p-48) : INFINITY;
  const size_t slow = direction->slow < end ? direction->slow : end;
  const size_t fast = direction->fast < end ? direction->fast : end;
  double a[LANES], b[LANES];
  for (size_t l = 0; l < LANES; l++) {
    b[l] = inverse < INFINITY ? slopes[l] : 0;
    if (is_last) b[l] = fmin(b[l], rate * price[end - 1]);
    a[l] = b[l] > 0 ? -(b[l] * inverse) * b[l] : 0;
  }
  size_t k = end;
  while (direction->reach && k > 0) {
    k--;
    const double G = rate * price[k], F = lost[k], R = direction->reach[k];
    const int may_stop = k >= first;
    for (size_t l = 0; l < LANES; l++) {
      const double raised = (b[l] + (G - b[l]) * F) * DOWNWARD;
      const double constant = -(raised * inverse) * raised, lowered = constant < a[l] ? constant : a[l];
      const int gains = may_stop ? lowered + raised * x > a[l] + b[l] * x : 1;
      const double then = may_stop && gains ? lowered : a[l], stay = gains ? raised : b[l];
      const double spent = (a[l] - (b[l] - G) * R) * (1 + 0x1p-49);
      a[l] = b[l] < G ? then : spent;
      b[l] = b[l] < G && stay > b[l] ? stay : b[l];
    }
  }
  while (k > fast && k > first) {
    k--;
    const double G = rate * price[k], F = lost[k];
    for (size_t l = 0; l < LANES; l++) {
      const double raised = (b[l] + (G - b[l]) * F) * DOWNWARD;
      const double constant = -(raised * inverse) * raised, lowered = constant < a[l] ? constant : a[l];
      const int gains = raised > b[l] && lowered + raised * x > a[l] + b[l] * x;
      const double stay = gains ? raised : b[l], then = gains ? lowered : a[l];
      a[l] = b[l] < G ? then : a[l];
      b[l] = b[l] < G ? stay : G;
    }
  }
  while (k > fast) {
    k--;
    const double G = rate * price[k], F = lost[k];
    for (size_t l = 0; l < LANES; l++) {
      const double raised = (b[l] + (G - b[l]) * F) * DOWNWARD;
      b[l] = b[l] < G ? raised : G;
    }
  }
  // Cells in which some directions of a group are slow and some are fast.
  while (k > slow) {
    k--;
    const double G = rate * price[k];
    for (size_t l = 0; l < LANES; l++) b[l] = b[l] < G ? b[l] : G;
  }
  while (k > 0) {
    k--;
    const double G = rate * price[k], E = kept[k];
    for (size_t l = 0; l < LANES; l++) {
      const double fallen = (G + (b[l] - G) * E) * DOWNWARD;
      b[l] = b[l] > G ? fallen : b[l];
    }
  }
  for (size_t l = 0; l < LANES; l++) {
    const double value = (a[l] + b[l]) - 4 * UNIT * (b[l] - a[l]);
    // Below this number, underflow might count. Also covers NaN.
    values[l] = value > 1e-290 ? value : 0;
  }
}

NQ_CLONES double nq_clock_pass(size_t d, size_t cells, size_t terms, const double *restrict kept,
                               const double *restrict lost, const double *restrict price,
                               const double *restrict reach, int is_length,
                               const double *restrict signal, const double *restrict nominal,
                               const size_t *restrict slow, const size_t *restrict fast, double rate,
                               size_t first, size_t end, int is_last, int is_wide,
                               double *restrict factors) {
  static const double trials[LANES] = {0,    0.25, 0.5, 0.65, 0.8, 0.88, 0.94, 0.98,
                                       1.02, 1.06, 1.1, 1.2,  1.4, 1.7,  2.5,  4};
  double sum = 0;
  for (size_t i = 0; i < d; i++) {
    const clock_direction direction = {
        .kept = kept + i * cells,
        .lost = lost + i * cells,
        .price = price + i * cells,
        .reach = is_length ? reach + i * cells : NULL,
        .signal = signal[i],
        .nominal = nominal[i],
        .slow = slow[i],
        .fast = fast[i],
    };
    double factor[LANES], slopes[LANES], values[LANES], best = 0;
    const double tangent = 2 * signal[i] * nominal[i];
    double low = 0.96 * factors[i], high = 1.04 * factors[i];
    for (int stage = is_wide ? 0 : 2; stage < 3; stage++) {
      for (size_t l = 0; l < LANES; l++) {
        factor[l] = stage == 0 ? trials[l] : low + (high - low) * ((double)l / LANES);
        slopes[l] = tangent * factor[l];
      }
      chain(&direction, rate, first, end, is_last, slopes, values);
      size_t found = 0;
      for (size_t l = 1; l < LANES; l++) {
        if (values[l] > values[found]) found = l;
      }
      if (values[found] > best) factors[i] = factor[found];
      best = fmax(best, values[found]);
      low = factor[found > 0 ? found - 1 : 0];
      high = factor[found + 1 < LANES ? found + 1 : LANES - 1];
    }
    sum += best;
  }
  return sum * (1 - ((double)terms + 8) * 2 * UNIT);
}
