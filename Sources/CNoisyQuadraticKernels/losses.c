#include <stdbool.h>
#include <string.h>

#include "clones.h"
#include "noisy_quadratic_kernels.h"

// Loss curves. A block of directions that stays in the cache runs through one tile of steps at a time, and
// adds its part to the loss of every step. Weights are folded into the state, so that a loss is a plain sum.
// A tile first runs in a fast form. If numbers leave the range of that form, the tile runs again in a form
// without such limits.

enum { TILE = 64, LINE = 8 };

// The range of rates for the fast forms. The fast form of SGD divides moments by squared rates. Above 4, the
// quotients might fall below the smallest normal number although the moments do not.
static const double SMALLEST_RATE = 0x1p-100, LARGEST_SGD_RATE = 4, LARGEST_RATE = 0x1p100;

static bool all_within(size_t n, const double *x, double lower, double upper) {
  bool within = true;
  for (size_t i = 0; i < n; i++) within &= x[i] >= lower && x[i] <= upper;
  return within;
}

// The columns of the next block, which are prefetched while the current block runs.
enum { MOST_COLUMNS = 9 };
typedef struct {
  const double *column[MOST_COLUMNS];
  size_t columns, count;  // the number of columns; the number of directions not yet fetched
} upcoming;

NQ_INLINE void fetch(upcoming *next, size_t count) {
  if (count > next->count) count = next->count;
  for (size_t j = 0; j < next->columns; j++) {
    for (size_t i = 0; i < count; i += LINE) __builtin_prefetch(next->column[j] + i);
    next->column[j] += count;
  }
  next->count -= count;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// Returns a size, at most `largest`, that splits the directions into nearly equal blocks of whole lines.
static size_t block_size(size_t d, size_t largest) {
  if (d == 0) return 0;
  const size_t blocks = (d + largest - 1) / largest, lines = (d + LINE - 1) / LINE;
  return LINE * ((lines + blocks - 1) / blocks);
}

// ---------------------------------------------------------------------------------------------- SGD

// Eight directions; narrower processors use several registers for them.
typedef double lanes __attribute__((vector_size(8 * LINE)));

enum { SGD_BLOCK = 1024, VECTORS = 4, GROUP = VECTORS * LINE };

typedef struct {
  _Alignas(64) double h[SGD_BLOCK], c[SGD_BLOCK], s[SGD_BLOCK], next[SGD_BLOCK];
} sgd_block;

// The effect of a tile of steps on s = k m. In the fast form (D7), s is divided by the last step's alpha^2,
// and s <- (unit - rate h)^2 s + C with C = k c. In the general form, s <- (1 - rate h)^2 s + rate (rate C).
typedef struct {
  double unit[TILE], rate[TILE], scale[TILE];
} sgd_steps;

// Takes a few vectors of directions in registers through all steps of a tile.
NQ_INLINE void sgd_group(const int vectors, const bool fast, size_t n, const sgd_steps *steps,
                         sgd_block *block, size_t first, lanes *sums) {
  NQ_FAST
  lanes h[VECTORS], c[VECTORS], s[VECTORS];
#pragma clang loop unroll(full)
  for (int j = 0; j < vectors; j++) {
    h[j] = *(const lanes *)(block->h + first + LINE * j);
    c[j] = *(const lanes *)(block->c + first + LINE * j);
    s[j] = *(const lanes *)(block->s + first + LINE * j);
  }
  for (size_t t = 0; t < n; t++) {
    const double unit = steps->unit[t], rate = steps->rate[t];
    lanes sum = sums[t];
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++) {
      const lanes u = unit - rate * h[j];
      s[j] = u * u * s[j] + (fast ? c[j] : rate * (rate * c[j]));
      sum += s[j];
    }
    sums[t] = sum;
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < vectors; j++) *(lanes *)(block->next + first + LINE * j) = s[j];
}

NQ_INLINE void sgd_tile(const bool fast, size_t d, size_t n, const sgd_steps *steps, sgd_block *block,
                        upcoming *next, double *losses) {
  NQ_FAST
  _Alignas(64) double sums[TILE * LINE];
  memset(sums, 0, 8 * LINE * n);
  size_t i = 0;
  for (; i + LINE < d; i += GROUP) {
    fetch(next, GROUP);
    sgd_group(VECTORS, fast, n, steps, block, i, (lanes *)sums);
  }
  if (i < d) sgd_group(1, fast, n, steps, block, i, (lanes *)sums);
  for (size_t t = 0; t < n; t++) {
    const double *x = sums + LINE * t;
    losses[t] = steps->scale[t] * (((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7])));
  }
}

NQ_CLONES static void sgd_tile_fast(size_t d, size_t n, const sgd_steps *steps, sgd_block *block,
                                    upcoming *next, double *losses) {
  sgd_tile(true, d, n, steps, block, next, losses);
}

NQ_CLONES static void sgd_tile_general(size_t d, size_t n, const sgd_steps *steps, sgd_block *block,
                                       upcoming *next, double *losses) {
  sgd_tile(false, d, n, steps, block, next, losses);
}

NQ_CLONES static double sgd_load(size_t d, const double *restrict h, const double *restrict c,
                                 const double *restrict k, const double *restrict m,
                                 sgd_block *restrict block) {
  NQ_FAST
  double sum = 0;
  for (size_t i = 0; i < d; i++) {
    block->h[i] = h[i];
    block->c[i] = k[i] * c[i];
    block->s[i] = k[i] * m[i];
    sum += block->s[i];
  }
  return sum;
}

NQ_CLONES static void sgd_store(size_t d, double scale, sgd_block *block) {
  for (size_t i = 0; i < d; i++) block->s[i] = flushed_positive(scale * block->next[i]);
}

void nq_sgd_losses(size_t d, size_t steps, const double *h, const double *c, const double *k,
                   const double *m, const double *alpha, double *losses) {
  sgd_block block;
  sgd_steps tile;
  double part[TILE];
  memset(losses, 0, 8 * (steps + 1));
  const size_t size = block_size(d, SGD_BLOCK);
  for (size_t first = 0; first < d; first += size) {
    const size_t n = smaller(size, d - first), padded = (n + GROUP - 1) / GROUP * GROUP;
    // The padding after the last direction has no curvature, no noise, and zero initial moments.
    for (size_t i = n; i < padded; i++) block.h[i] = block.c[i] = block.s[i] = 0;
    losses[0] += sgd_load(n, h + first, c + first, k + first, m + first, &block);
    const size_t end = first + n;
    upcoming next = {{h + end, c + end, k + end, m + end}, 4, smaller(size, d - end)};
    bool finite = true;
    for (size_t start = 0; start < steps; start += TILE) {
      const size_t count = smaller(TILE, steps - start);
      const double *rates = alpha + start;
      bool done = false;
      double scale = 1;
      if (finite && all_within(count, rates, SMALLEST_RATE, LARGEST_SGD_RATE)) {
        tile.unit[0] = 1 / rates[0];
        tile.rate[0] = 1;
        tile.scale[0] = rates[0] * rates[0];
        for (size_t t = 1; t < count; t++) {
          tile.unit[t] = rates[t - 1] / rates[t];
          tile.rate[t] = rates[t - 1];
          tile.scale[t] = rates[t] * rates[t];
        }
        scale = tile.scale[count - 1];
        sgd_tile_fast(n, count, &tile, &block, &next, part);
        done = all_within(count, part, 0, DBL_MAX);
      }
      if (!done) {
        for (size_t t = 0; t < count; t++) {
          tile.unit[t] = tile.scale[t] = 1;
          tile.rate[t] = rates[t];
        }
        scale = 1;
        sgd_tile_general(n, count, &tile, &block, &next, part);
        finite = all_within(count, part, 0, DBL_MAX);
      }
      for (size_t t = 0; t < count; t++) losses[start + t + 1] += part[t];
      sgd_store(n, scale, &block);
    }
  }
  for (size_t t = 0; t <= steps; t++) losses[t] *= 0.5;
}

// --------------------------------------------------------------------------------------- heavy ball

enum { BALL_BLOCK = 512, PAIR = 2 * LINE, STEP_FETCH = BALL_BLOCK / 32 };

// The columns are h, C = k c, the path times sqrt(k m0), and k times the noise covariance by D8. The
// covariance consists of the variance p of the position, the regression q of the velocity on the position,
// and the remaining variance r of the velocity. Columns are one line longer than needed, because some
// processors mistake addresses with equal last twelve bits for equal addresses.
enum { BALL_COLUMN = BALL_BLOCK + LINE };
typedef struct {
  _Alignas(64) double h[BALL_COLUMN], c[BALL_COLUMN], x[BALL_COLUMN], y[BALL_COLUMN], p[BALL_COLUMN],
      q[BALL_COLUMN], r[BALL_COLUMN];
} ball_block;

// Makes the step of direction i up to the division. The path is updated in place. For noise of the given
// variance, the results are the new position variance p, the sum of remaining velocity variance and noise,
// and the covariance q.
#define BALL_STEP(noise, i)                                                         \
  const double g##i = alpha * h[i], velocity##i = mu * y[i] - g##i * x[i];          \
  const double position##i = x[i] + velocity##i;                                    \
  x[i] = position##i;                                                               \
  y[i] = velocity##i;                                                               \
  const double a2##i = mu * q[i] - g##i, a1##i = 1 + a2##i;                         \
  const double rest##i = mu2 * r[i] + (noise), a1p##i = a1##i * p[i];               \
  const double p##i = a1##i * a1p##i + rest##i, q##i = a2##i * a1p##i + rest##i;

#define BALL_ARRAYS                                                                              \
  double *restrict h = block->h, *restrict c = block->c, *restrict x = block->x;                 \
  double *restrict y = block->y, *restrict p = block->p, *restrict q = block->q;                 \
  double *restrict r = block->r;

// Fast form: the covariance is that of unit noise. A step of positive rate then leaves a positive variance,
// so that no check is needed before the division.
NQ_CLONES static void ball_tile_fast(size_t d, size_t n, const double *restrict rates,
                                     const double *restrict momenta, ball_block *restrict block,
                                     upcoming *next, double *restrict losses) {
  NQ_FAST
  BALL_ARRAYS
  d = d / PAIR * PAIR;
  for (size_t t = 0; t < n; t++) {
    const double alpha = rates[t], mu = momenta[t], alpha2 = alpha * alpha, mu2 = mu * mu;
    double paths = 0, noise = 0;
    fetch(next, STEP_FETCH);
#pragma clang loop vectorize(assume_safety) interleave(disable)
    for (size_t i = 0; i < d; i++) {
      BALL_STEP(alpha2, i)
      const double inverse = 1 / pi;
      q[i] = qi * inverse;
      r[i] = resti * (p[i] * inverse);
      p[i] = pi;
      paths += positioni * positioni;
      noise += c[i] * pi;
    }
    losses[t] = paths + noise;
  }
}

#ifdef NQ_HAS_CLONES
// On registers of eight doubles, division is no faster than one double after the other. Therefore one
// division serves two directions: 1/a = b/(ab). Returns a number that is not small if such a product was out
// of range.
NQ_CLONES static double ball_tile_pairs(size_t d, size_t n, const double *restrict rates,
                                        const double *restrict momenta, ball_block *restrict block,
                                        upcoming *next, double *restrict losses) {
  NQ_FAST
  BALL_ARRAYS
  const size_t half = d / PAIR * LINE;
  double products = 0;
  for (size_t t = 0; t < n; t++) {
    const double alpha = rates[t], mu = momenta[t], alpha2 = alpha * alpha, mu2 = mu * mu;
    double paths = 0, noise = 0;
    fetch(next, STEP_FETCH);
#pragma clang loop vectorize(assume_safety) interleave(disable)
    for (size_t i = 0; i < half; i++) {
      const size_t j = i + half;
      BALL_STEP(alpha2, i)
      BALL_STEP(alpha2, j)
      const double product = pi * pj, inverse = 1 / product;
      const double inversei = inverse * pj, inversej = inverse * pi;
      products += product;
      q[i] = qi * inversei;
      q[j] = qj * inversej;
      r[i] = resti * (p[i] * inversei);
      r[j] = restj * (p[j] * inversej);
      p[i] = pi;
      p[j] = pj;
      paths += positioni * positioni + positionj * positionj;
      noise += c[i] * pi + c[j] * pj;
    }
    losses[t] = paths + noise;
  }
  return products;
}
#endif

// General form: it uses the noise's own variance and allows variances to vanish (D8).
NQ_CLONES static void ball_tile_general(size_t d, size_t n, const double *restrict rates,
                                        const double *restrict momenta, ball_block *restrict block,
                                        upcoming *next, double *restrict losses) {
  NQ_FAST
  BALL_ARRAYS
  for (size_t t = 0; t < n; t++) {
    const double alpha = rates[t], mu = momenta[t], mu2 = mu * mu;
    double paths = 0, noise = 0;
    fetch(next, STEP_FETCH);
#pragma clang loop vectorize(assume_safety) interleave(disable)
    for (size_t i = 0; i < d; i++) {
      BALL_STEP(alpha * (alpha * c[i]), i)
      const bool rests = pi == 0;
      q[i] = rests ? 0 : qi / pi;
      r[i] = rests ? a2i * a2i * p[i] : resti * (p[i] / pi);
      p[i] = pi;
      paths += positioni * positioni;
      noise += pi;
    }
    losses[t] = paths + noise;
  }
}

// Returns whether the tile stayed in range.
static bool ball_tile(size_t d, size_t n, const double *rates, const double *momenta, ball_block *block,
                      upcoming *next, double *losses) {
  double products = 0;
#ifdef NQ_HAS_CLONES
  if (__builtin_cpu_supports("x86-64-v4")) {
    products = ball_tile_pairs(d, n, rates, momenta, block, next, losses);
  } else
#endif
    ball_tile_fast(d, n, rates, momenta, block, next, losses);
  return products <= 0x1p1000 && all_within(n, losses, 0, DBL_MAX);
}

// Loads the block from the state of the solvers' kernels, or at rest if there is none.
NQ_CLONES static double ball_load(size_t d, const double *restrict h, const double *restrict c,
                                  const double *restrict k, const double *restrict m0,
                                  const double *restrict state, size_t stride, ball_block *restrict block) {
  NQ_FAST
  double sum = 0;
  for (size_t i = 0; i < d; i++) {
    block->h[i] = h[i];
    block->c[i] = k[i] * c[i];
    const double s = k[i] * m0[i];
    block->x[i] = sqrt(s);
    block->y[i] = block->p[i] = block->q[i] = block->r[i] = 0;
    sum += s;
  }
  if (state) {
    sum = 0;
    const double *restrict x = state, *restrict y = x + stride, *restrict p = y + stride;
    const double *restrict q = p + stride, *restrict r = q + stride;
    for (size_t i = 0; i < d; i++) {
      block->y[i] = block->x[i] * y[i];
      block->x[i] *= x[i];
      // The covariance of the solvers' kernels may have lost digits, and therefore its sign.
      const double regression = p[i] > 0 ? q[i] / p[i] : 0, rest = r[i] - regression * q[i];
      block->p[i] = p[i] > 0 ? k[i] * p[i] : 0;
      block->q[i] = regression;
      block->r[i] = rest > 0 ? k[i] * rest : 0;
      sum += block->x[i] * block->x[i] + block->p[i];
    }
  }
  return sum;
}

// Converts a block to noise of unit variance.
NQ_CLONES static void ball_to_unit(size_t d, const ball_block *restrict from, ball_block *restrict to) {
  for (size_t i = 0; i < d; i++) {
    const double inverse = from->c[i] > 0 ? 1 / from->c[i] : 0;
    to->h[i] = from->h[i];
    to->c[i] = from->c[i];
    to->x[i] = from->x[i];
    to->y[i] = from->y[i];
    to->p[i] = from->p[i] * inverse;
    to->q[i] = from->q[i];
    to->r[i] = from->r[i] * inverse;
  }
}

NQ_CLONES static void ball_from_unit(size_t d, const ball_block *restrict from, ball_block *restrict to) {
  for (size_t i = 0; i < d; i++) {
    to->x[i] = flushed(from->x[i]);
    to->y[i] = flushed(from->y[i]);
    to->p[i] = flushed_positive(from->c[i] * from->p[i]);
    to->q[i] = from->c[i] > 0 ? from->q[i] : 0;
    to->r[i] = flushed_positive(from->c[i] * from->r[i]);
  }
}

void nq_heavy_ball_losses(size_t d, size_t steps, const double *h, const double *c, const double *k,
                          const double *m0, const double *state, size_t stride, const double *alpha,
                          const double *mu, double *losses) {
  ball_block block, unit;
  double part[TILE];
  memset(losses, 0, 8 * (steps + 1));
  const size_t size = block_size(d, BALL_BLOCK);
  for (size_t first = 0; first < d; first += size) {
    const size_t n = smaller(size, d - first), padded = (n + PAIR - 1) / PAIR * PAIR;
    for (size_t i = n; i < padded; i++) {
      block.h[i] = block.c[i] = block.x[i] = block.y[i] = block.p[i] = block.q[i] = block.r[i] = 0;
    }
    losses[0] += ball_load(n, h + first, c + first, k + first, m0 + first, state ? state + first : state,
                           stride, &block);
    const size_t end = first + n;
    upcoming next = {{h + end, c + end, k + end, m0 + end}, 4, smaller(size, d - end)};
    for (size_t j = 0; state && j < 5; j++) next.column[next.columns++] = state + j * stride + end;
    bool finite = true;
    for (size_t start = 0; start < steps; start += TILE) {
      const size_t count = smaller(TILE, steps - start);
      const double *rates = alpha + start, *momenta = mu + start;
      bool done = false;
      if (finite && all_within(count, rates, SMALLEST_RATE, LARGEST_RATE)) {
        ball_to_unit(padded, &block, &unit);
        done = ball_tile(padded, count, rates, momenta, &unit, &next, part);
        if (done) ball_from_unit(padded, &unit, &block);
      }
      if (!done) {
        ball_tile_general(padded, count, rates, momenta, &block, &next, part);
        finite = all_within(count, part, 0, DBL_MAX);
        for (size_t i = 0; i < padded; i++) {
          block.x[i] = flushed(block.x[i]);
          block.y[i] = flushed(block.y[i]);
          block.p[i] = flushed_positive(block.p[i]);
          block.r[i] = flushed_positive(block.r[i]);
        }
      }
      for (size_t t = 0; t < count; t++) losses[start + t + 1] += part[t];
    }
  }
  for (size_t t = 0; t <= steps; t++) losses[t] *= 0.5;
}
