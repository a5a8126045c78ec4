#include <stdbool.h>
#include <string.h>

#include "clones.h"
#include "noisy_quadratic_kernels.h"

// Loss curves. A block of directions that stays in the cache runs through one tile of steps at a time, and
// adds its part to the loss of every step. Weights are folded into the state, so that a loss is a plain sum.
// SGD's tile first runs in a fast form. If numbers leave the range of that form, the tile runs again in a
// form without such limits.

enum { TILE = 64, LINE = 8 };

// The range of rates for the fast form of SGD, which divides moments by squared rates. Above 4, the quotients
// might fall below the smallest normal number although the moments do not.
static const double SMALLEST_RATE = 0x1p-100, LARGEST_RATE = 4;

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
      if (finite && all_within(count, rates, SMALLEST_RATE, LARGEST_RATE)) {
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

enum { BALL_BLOCK = 512, STEP_FETCH = BALL_BLOCK / 32 };

// The columns are h, C = k c, and k times the second moments by D8: the second moment p of the position, the
// regression q of the velocity on the position, and the second moment r of the rest of the velocity.
// Processors confuse a load with an earlier store whose address has the same last twelve bits, and wait for
// it. Columns are a quarter longer than a block, so that such a store was made sixteen lines earlier.
enum { BALL_COLUMN = BALL_BLOCK + BALL_BLOCK / 4 };
typedef struct {
  _Alignas(64) double h[BALL_COLUMN], c[BALL_COLUMN], p[BALL_COLUMN], q[BALL_COLUMN], r[BALL_COLUMN];
} ball_block;

// Takes the block through a tile of steps, and adds its part to the loss after each. Products are not
// reassociated (no NQ_FAST): rest / p' is at most one, p / p' may be infinite.
NQ_CLONES static void ball_tile(size_t d, size_t n, const double *restrict rates,
                                const double *restrict momenta, ball_block *restrict block, upcoming *next,
                                double *restrict losses) {
  double *restrict h = block->h, *restrict c = block->c;
  double *restrict p = block->p, *restrict q = block->q, *restrict r = block->r;
  for (size_t t = 0; t < n; t++) {
    const double alpha = rates[t], mu = momenta[t], alpha2 = alpha * alpha, mu2 = mu * mu;
    double sum = 0;
    fetch(next, STEP_FETCH);
#pragma clang loop vectorize(assume_safety) interleave(disable)
    for (size_t i = 0; i < d; i++) {
      const double a2 = mu * q[i] - alpha * h[i], a1 = 1 + a2, a1p = a1 * p[i];
      const double rest = mu2 * r[i] + alpha2 * c[i];
      const double position = a1 * a1p + rest, covariance = a2 * a1p + rest, inverse = 1 / position;
      const bool stops = position < DBL_MIN;
      q[i] = stops ? 0 : covariance * inverse;
      r[i] = stops ? p[i] : p[i] * (rest * inverse);
      p[i] = position;
      sum += position;
    }
    losses[t] += sum;
  }
  for (size_t i = 0; i < d; i++) {
    p[i] = flushed_positive(p[i]);
    r[i] = flushed_positive(r[i]);
  }
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
    block->p[i] = k[i] * m0[i];
    block->q[i] = block->r[i] = 0;
    sum += block->p[i];
  }
  if (state) {
    sum = 0;
    const double *restrict x = state, *restrict y = x + stride, *restrict p = y + stride;
    const double *restrict q = p + stride, *restrict r = q + stride;
    for (size_t i = 0; i < d; i++) {
      // The covariance of the solvers' kernels may have lost digits, and therefore its sign.
      const bool moves = p[i] > 0;
      const double variance = moves ? k[i] * p[i] : 0, regression = moves ? q[i] / p[i] : 0;
      const double rest = r[i] - regression * q[i];
      // The path adds a second moment of rank one: its position, and its velocity beyond the regression.
      const double s = block->p[i], beyond = y[i] - regression * x[i];
      const double position = s * x[i] * x[i] + variance, share = position > 0 ? variance / position : 1;
      block->p[i] = position;
      block->q[i] = position > 0 ? (s * x[i] * y[i] + k[i] * (moves ? q[i] : 0)) / position : 0;
      block->r[i] = (rest > 0 ? k[i] * rest : 0) + share * s * beyond * beyond;
      sum += position;
    }
  }
  return sum;
}

void nq_heavy_ball_losses(size_t d, size_t steps, const double *h, const double *c, const double *k,
                          const double *m0, const double *state, size_t stride, const double *alpha,
                          const double *mu, double *losses) {
  ball_block block;
  memset(losses, 0, 8 * (steps + 1));
  const size_t size = block_size(d, BALL_BLOCK);
  for (size_t first = 0; first < d; first += size) {
    const size_t n = smaller(size, d - first), padded = (n + LINE - 1) / LINE * LINE;
    for (size_t i = n; i < padded; i++) {
      block.h[i] = block.c[i] = block.p[i] = block.q[i] = block.r[i] = 0;
    }
    losses[0] += ball_load(n, h + first, c + first, k + first, m0 + first, state ? state + first : state,
                           stride, &block);
    const size_t end = first + n;
    upcoming next = {{h + end, c + end, k + end, m0 + end}, 4, smaller(size, d - end)};
    for (size_t j = 0; state && j < 5; j++) next.column[next.columns++] = state + j * stride + end;
    for (size_t t = 0; t < steps; t += TILE) {
      ball_tile(padded, smaller(TILE, steps - t), alpha + t, mu + t, &block, &next, losses + t + 1);
    }
  }
  for (size_t t = 0; t <= steps; t++) losses[t] *= 0.5;
}
