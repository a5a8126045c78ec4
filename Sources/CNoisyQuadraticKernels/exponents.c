#include <stdint.h>
#include <string.h>

#include "clones.h"
#include "exponents.h"

// Where the proof says 1, directions are dropped from here on. Closer to 1, a rounding of the argument shows.
static const double ALMOST_ONE = 1 - 0x1p-10;
// Larger exponents leave nothing that counts.
static const double MOST = 40;
// Cells that are ruled out together.
enum { BLOCK = 12 };

// No function of the C library becomes part of a vector loop. Here e^x = 2^n e^r with |r| <= ln 2 / 2.
NQ_INLINE double exponential(double x) {
  const double shift = 0x1.8p52;
  const double t = x * 1.4426950408889634074 + shift;
  const double n = t - shift;
  // The first part of ln 2 has 32 bits, so that its product with n is exact.
  double r = x - n * 0x1.62e42feep-1;
  r -= n * 0x1.a39ef35793c76p-33;
  double p = 1.0 / 6227020800;
  p = p * r + 1.0 / 479001600;
  p = p * r + 1.0 / 39916800;
  p = p * r + 1.0 / 3628800;
  p = p * r + 1.0 / 362880;
  p = p * r + 1.0 / 40320;
  p = p * r + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  p = p * r + 1;
  p = p * r + 1;
  // The lowest bits of t hold n. They go to the exponent of p.
  uint64_t bits, power;
  memcpy(&bits, &p, sizeof bits);
  memcpy(&power, &t, sizeof power);
  bits += power << 52;
  memcpy(&p, &bits, sizeof p);
  return p;
}

NQ_CLONES void nq_exponentials(size_t count, const double *restrict x, double *restrict result) {
  for (size_t i = 0; i < count; i++) result[i] = exponential(x[i]);
}

// kappa(b) = r(h b)/b^3 with r(x) = sum_{k >= 4} 2 x^k/k, for h b < 1.
static double kappa(double h, double b) {
  const double x = h * b, cube = h * h * h;
  if (x >= 0.5) return cube * ((-2 * log1p(-x) - x * (2 + x * (1 + x * (2.0 / 3)))) / (x * x * x));
  double sum = 0, power = x;
  for (int k = 4; k < 64; k++) {
    const double term = 2.0 / k * power;
    sum += term;
    if (term <= 0x1p-60 * sum) break;
    power *= x;
  }
  return cube * sum;
}

// The largest value of ln(1 - t + t e^{-v}) + t v over t, or more.
static double chord_excess(double v) {
  if (v < 0.5) return v * v / 8;
  const double q = -expm1(-v);
  return v / q - 1 + log(q / v);
}

void nq_exponent_tables(const nq_exponent_groups *groups, size_t count, nq_exponent_column *columns) {
  for (size_t p = 0; p < count; p++) columns[p].kept = groups->count;
  for (size_t i = 0; i < groups->count; i++) {
    const double h = groups->highest[i], low = groups->lowest[i], third = 2.0 / 3 * (h * h * h);
    const double place = h > low ? fmin((groups->mean[i] - low) / (h - low), 1) : 1;
    double charge = 0, least = 0, top = 0;
    for (size_t p = 0; p < count; p++) {
      const nq_exponent_column *column = &columns[p], *next = column + 1;
      double most = 0, excess = 0, high = 0;
      int gone = h * column->root >= ALMOST_ONE;
      if (!gone && p > 0 && p + 1 < count) {
        const double g = third + top, width = h * h * (next->rho - column->rho);
        most = width + g * (next->cube - column->cube);
        gone = most >= ALMOST_ONE || h * next->root >= ALMOST_ONE;
        if (!gone) {
          high = kappa(h, next->root);
          excess = chord_excess(width + ((third + high) * next->cube - g * column->cube));
        }
      }
      if (gone) {
        for (size_t q = p; q < count; q++)
          if (columns[q].kept > i) columns[q].kept = i;
        break;
      }
      if (p > 0) charge += fmax(p > 1 ? -log1p(-least) - least : 0, excess);
      const double bottom = kappa(low, column->root);
      groups->stiffness[p * groups->stride + i] =
          2.0 / 3 * groups->mean3[i] + (bottom + (top - bottom) * place);
      groups->base[p * groups->stride + i] = groups->mean2[i] * column->rho + charge;
      // The origin is not damped, and nothing is interpolated from it to the first column.
      if (p == 0 && count > 1 && h * next->root < ALMOST_ONE) high = kappa(h, next->root);
      top = high;
      least = most;
    }
  }
}

// Sums over the groups that node (line, p) keeps, at a sum of cubed rates.
NQ_INLINE nq_exponent_sums sum_node(const nq_exponent_groups *groups, size_t count,
                                    const nq_exponent_column *columns, const nq_exponent_line *line, size_t p,
                                    double limit, double cube, double *restrict terms) {
  NQ_FAST
  const double *restrict mean = groups->mean, *restrict highest = groups->highest;
  const double *restrict noise = groups->noise, *restrict signal = groups->signal;
  const double *restrict stiffness = groups->stiffness + p * groups->stride;
  const double *restrict base = groups->base + p * groups->stride;
  const double sigma = line->sigma, potential = line->potential;
  // The largest rate of a lottery that may end here.
  const double reach = fmin(columns[p + 1 < count ? p + 1 : p].root + line->widest, limit) * (1 + 0x1p-50);
  // The groups are in ascending order, and all reasons to drop one hold for those after it.
  size_t kept = 0, above = columns[p].kept;
  while (kept < above) {
    const size_t middle = kept + (above - kept) / 2;
    if (reach * highest[middle] >= ALMOST_ONE || 2 * sigma * groups->lowest[middle] > MOST) above = middle;
    else kept = middle + 1;
  }
  double k = 0, k1 = 0, s = 0, s1 = 0;
  for (size_t i = 0; i < kept; i++) {
    const double h = highest[i], ratio = h / (1 - reach * h);
    const double exponent =
        2 * sigma * mean[i] + base[i] + stiffness[i] * cube + potential * (ratio * ratio);
    const double y = exponential(exponent < MOST ? -exponent : -MOST);
    const double x = exponent < MOST ? y : 0;
    const double kx = noise[i] * x, sx = signal[i] * x;
    k += kx;
    s += sx;
    k1 += kx * stiffness[i];
    s1 += sx * stiffness[i];
    if (terms) {
      terms[i] = sx;
      terms[groups->stride + i] = sx * stiffness[i];
    }
  }
  if (terms) {
    for (size_t i = kept; i < groups->stride; i++) terms[i] = terms[groups->stride + i] = 0;
  }
  return (nq_exponent_sums){k, k1, s, s1};
}

NQ_INLINE double least_cube(const nq_exponent_line *line, const nq_exponent_column *column) {
  return fmin(column->rho * column->rho * line->inverse, column->cube);
}

// The point at which a node's sums and their falls are taken.
NQ_INLINE double contact_cube(const nq_exponent_line *line, const nq_exponent_column *column) {
  return fmin(1.3 * least_cube(line, column), column->cube);
}

NQ_CLONES void nq_exponent_fill(const nq_exponent_groups *groups, size_t count,
                                const nq_exponent_column *columns, const nq_exponent_line *line, double limit,
                                nq_exponent_sums *sums) {
  for (size_t p = line->first; p <= line->last; p++)
    sums[line->offset + (p - line->first)] =
        sum_node(groups, count, columns, line, p, limit, contact_cube(line, &columns[p]), NULL);
}

NQ_CLONES void nq_exponent_terms(const nq_exponent_groups *groups, size_t count,
                                 const nq_exponent_column *columns, const nq_exponent_line *line, size_t p,
                                 double limit, double *terms) {
  sum_node(groups, count, columns, line, p, limit, contact_cube(line, &columns[p]), terms);
}

typedef struct {
  double low, high;
} ends;

NQ_INLINE double node_value(const nq_exponent_node *node, const nq_exponent_line *line,
                            const nq_exponent_column *column, double cube) {
  return node->value - node->fall * fmax(cube - least_cube(line, column), 0);
}

// The cell of rho among the columns, and the weight of its upper end. Both weight and part are enlarged, so
// that the point which the nodes represent lies above rho and cube.
NQ_INLINE size_t find_cell(const nq_exponent_column *columns, const nq_exponent_line *line, size_t start,
                           double rho) {
  size_t p = start < line->first ? line->first : start;
  if (p + 1 > line->last) p = line->last - 1;
  while (columns[p + 1].rho < rho) p++;
  while (columns[p].rho > rho) p--;
  return p;
}
NQ_INLINE double upper_weight(const nq_exponent_column *column, double rho) {
  const double t = (rho - column->rho) * column->scale;
  return fmin(t + 0x1p-45 * (1 + t), 1);
}
NQ_INLINE double part_of_cube(double cube, double whole) {
  const double f = cube / whole;
  return fmin(f + 0x1p-45 * f, 1);
}

typedef struct {
  size_t count;
  const nq_exponent_line *lines;
  const nq_exponent_column *columns;
  const nq_exponent_node *nodes;
} grid;

// The bound at a landing, at both ends of the sum of cubed rates. cell: where to start the search.
NQ_INLINE ends land(const grid *g, size_t l, size_t *cell, double rho, double low, double high) {
  const nq_exponent_column *columns = g->columns;
  while (rho > columns[g->lines[l].last].rho)
    if (++l >= g->count) return (ends){0, 0};
  const nq_exponent_line *line = &g->lines[l];
  const nq_exponent_node *nodes = g->nodes + line->offset;
  if (rho <= columns[line->first].rho) {
    const nq_exponent_column *only = &columns[line->first];
    return (ends){node_value(nodes, line, only, low), node_value(nodes, line, only, high)};
  }
  const size_t p = find_cell(columns, line, *cell, rho);
  *cell = p;
  const nq_exponent_column *below = &columns[p], *above = below + 1;
  const double t = upper_weight(below, rho), rest = 1 - t;
  const double whole = rest * below->cube + t * above->cube;
  const double first = part_of_cube(low, whole), second = part_of_cube(high, whole);
  const nq_exponent_node *a = nodes + (p - line->first), *b = a + 1;
  return (ends){rest * node_value(a, line, below, first * below->cube) +
                    t * node_value(b, line, above, first * above->cube),
                rest * node_value(a, line, below, second * below->cube) +
                    t * node_value(b, line, above, second * above->cube)};
}

size_t nq_exponent_land(size_t count, const nq_exponent_line *lines, const nq_exponent_column *columns,
                        size_t l, double rho, double cube, nq_exponent_landing *landing) {
  while (rho > columns[lines[l].last].rho)
    if (++l >= count) return 0;
  landing->line = l;
  landing->column = lines[l].first;
  landing->weight[0] = 1;
  landing->cube[0] = cube;
  if (rho <= columns[lines[l].first].rho) return 1;
  const size_t p = find_cell(columns, &lines[l], 0, rho);
  const double t = upper_weight(&columns[p], rho);
  const double f = part_of_cube(cube, (1 - t) * columns[p].cube + t * columns[p + 1].cube);
  landing->column = p;
  landing->weight[0] = 1 - t;
  landing->weight[1] = t;
  landing->cube[0] = f * columns[p].cube;
  landing->cube[1] = f * columns[p + 1].cube;
  return 2;
}

// A minorant of a sum of exponentials at both ends of [low, high], known with its fall at `contact`. It is the
// tangent there, or, where that would reach zero, the tangent further on of one exponential (B12). Both are
// concave: affine up to the point of contact and steeper after it.
NQ_INLINE ends minorant(double sum, double fall, double contact, double low, double high, double rounding) {
  if (!(sum > 0)) return (ends){0, 0};
  const double less = 1 - rounding, more = 1 + rounding;
  if (fall * (high - contact) <= 0.8 * sum)
    return (ends){sum * less + fall * less * (contact - low), sum * less - fall * more * (high - contact)};
  const double steep = fall / sum * (1 + 4 * rounding), flat = fall / sum * (1 - 4 * rounding);
  const double point = fmax(contact, high - 0.5 / steep);
  const double exponent = steep * (point - contact);
  if (exponent > MOST) return (ends){0, 0};
  const double there = sum * (1 - 2 * rounding) * exp(-exponent);
  return (ends){there * (1 + flat * (point - low)), there * (1 - steep * (high - point))};
}

NQ_CLONES size_t nq_exponent_backup(size_t count, const nq_exponent_line *lines,
                                    const nq_exponent_column *columns, const nq_exponent_sums *sums,
                                    nq_exponent_node *nodes, nq_exponent_rules rules, size_t j, double price,
                                    const double *tails) {
  const grid g = {count, lines, columns, nodes};
  const nq_exponent_line line = lines[j];
  const double sigma = line.sigma, limit = rules.limit;
  const size_t end = count - 1;
  size_t landings = 0;
  for (size_t p = line.first; p <= line.last; p++) {
    const size_t id = line.offset + (p - line.first);
    const double rho = columns[p].rho, high = columns[p].cube, low = least_cube(&line, &columns[p]);
    const double contact = contact_cube(&line, &columns[p]);
    const nq_exponent_sums sum = sums[id];
    const ends k = minorant(sum.noise, sum.noise_fall, contact, low, high, rules.rounding);
    ends v = minorant(sum.signal, sum.signal_fall, contact, low, high, rules.rounding);
    double best = 0;
    if (tails) {
      const double *tail = tails + 3 * (p - line.first);
      if (tail[1] < v.high) best = -tail[2];
      v.low = fmin(v.low, tail[0]);
      v.high = fmin(v.high, tail[1]);
    } else {
      size_t cell = p, ahead = p;
      // The best rate of the last pass, or of a neighbour. A good first value rules out most cells.
      double guess = nodes[id].rate;
      if (!(guess > 0) && p > line.first) guess = nodes[id - 1].rate;
      if (!(guess > 0)) guess = nodes[lines[j + 1].offset].rate;
      if (guess > 0) {
        size_t below = j + rules.rounded, m = end;
        while (m > below + 1) {
          const size_t middle = below + (m - below) / 2;
          if (lines[middle].sigma - sigma < guess) below = middle;
          else m = middle;
        }
        const double a = lines[m].sigma - sigma;
        if (m > j + rules.rounded && a <= limit) {
          const double square = a * a, cube = square * a;
          size_t start = p;
          const ends x = land(&g, m, &start, rho + square, low + cube, high + cube);
          landings++;
          v.low = fmin(v.low, square * k.low + price + x.low);
          const double f = square * k.high + price + x.high;
          if (f < v.high) {
            v.high = f;
            best = a;
          }
        }
      }
      size_t l = j;
      double a = 0;
      int known = 0;
      ends e = {0, 0};
      while (l < end && a < limit) {
        if (a * a * k.low + price > v.low && a * a * k.high + price > v.high) break;
        if (l < j + rules.rounded) {
          const double up = fmin(lines[l + 1].sigma - sigma, limit), square = up * up, cube = square * up;
          const ends x = land(&g, l + 1, &cell, rho + square, low + cube, high + cube);
          landings++;
          v.low = fmin(v.low, a * a * k.low + price + x.low);
          const double f = a * a * k.high + price + x.high;
          if (f < v.high) {
            v.high = f;
            best = up;
          }
          l++;
          a = lines[l].sigma - sigma;
          continue;
        }
        const size_t last = l + BLOCK < end ? l + BLOCK : end;
        {
          const double up = fmin(lines[last].sigma - sigma, limit), square = up * up, cube = square * up;
          const ends x = land(&g, last, &ahead, rho + square, low + cube, high + cube);
          landings++;
          if (a * a * k.low + price + x.low > v.low && a * a * k.high + price + x.high > v.high) {
            l = last;
            a = lines[l].sigma - sigma;
            known = 0;
            continue;
          }
        }
        if (!known) {
          const double square = a * a, cube = square * a;
          e = land(&g, l, &cell, rho + square, low + cube, high + cube);
          landings++;
        }
        while (l < last && a < limit) {
          const double up = lines[l + 1].sigma - sigma, square = up * up, cube = square * up;
          const ends x = land(&g, l + 1, &cell, rho + square, low + cube, high + cube);
          landings++;
          const double width = up - a, most = fmin((limit - a) / width, 1);
          if (x.low < 0x1p-10 * e.low || x.high < 0x1p-10 * e.high) {
            // The chord would lose digits.
            v.low = fmin(v.low, a * a * k.low + price + x.low);
            const double f = a * a * k.high + price + x.high;
            if (f < v.high) {
              v.high = f;
              best = a + most * width;
            }
          } else {
            double t = (e.low - x.low) / (2 * width * k.low) - a;
            t = x.low >= e.low ? 0 : k.low > 0 ? fmin(fmax(t / width, 0), most) : most;
            double r = a + t * width;
            v.low = fmin(v.low, r * r * k.low + price + ((1 - t) * e.low + t * x.low));
            t = (e.high - x.high) / (2 * width * k.high) - a;
            t = x.high >= e.high ? 0 : k.high > 0 ? fmin(fmax(t / width, 0), most) : most;
            r = a + t * width;
            const double f = r * r * k.high + price + ((1 - t) * e.high + t * x.high);
            if (f < v.high) {
              v.high = f;
              best = r;
            }
          }
          e = x;
          a = up;
          l++;
        }
        known = 1;
      }
    }
    const double width = high - low;
    const double fall = high > 1.001 * low ? (v.low - v.high) / width : 0;
    const double value = fall > 0 ? v.low : fmin(v.low, v.high);
    nodes[id] = (nq_exponent_node){value * (1 - 0x1p-37) * (1 - 0x1p-48),
                                   fall > 0 ? fall * (1 + 0x1p-41) : 0, best};
  }
  return landings;
}

double nq_exponent_path(size_t count, const nq_exponent_line *lines, const nq_exponent_column *columns,
                        const nq_exponent_node *nodes, nq_exponent_rules rules, double *share,
                        double *unfinished) {
  memset(share, 0, (lines[count - 1].offset + lines[count - 1].last - lines[count - 1].first + 1) * sizeof *share);
  share[0] = 1;
  double steps = 0;
  *unfinished = 0;
  for (size_t j = 0; j < count; j++) {
    for (size_t p = lines[j].first; p <= lines[j].last; p++) {
      const size_t id = lines[j].offset + (p - lines[j].first);
      const double w = share[id], rate = nodes[id].rate;
      if (w < 1e-12 || rate == 0) continue;
      if (rate < 0) {
        steps -= w * rate;
        *unfinished += w;
        continue;
      }
      steps += w;
      // The cell of the landing. A rate may be off by a rounding.
      const double aim = lines[j].sigma + rate * (1 - 0x1p-30);
      size_t l = j, above = count - 1;
      while (above > l + 1) {
        const size_t middle = l + (above - l) / 2;
        if (lines[middle].sigma <= aim) l = middle;
        else above = middle;
      }
      const double place =
          l < j + rules.rounded
              ? 1
              : fmin(fmax((aim - lines[l].sigma) / (lines[l + 1].sigma - lines[l].sigma), 0), 1);
      for (int upper = 0; upper < 2; upper++) {
        const double part = w * (upper ? place : 1 - place);
        const double a = lines[l + upper].sigma - lines[j].sigma;
        nq_exponent_landing landing;
        if (!(part > 0)) continue;
        const size_t n =
            nq_exponent_land(count, lines, columns, l + upper, columns[p].rho + a * a, 0, &landing);
        for (size_t i = 0; i < n; i++)
          share[lines[landing.line].offset + (landing.column + i - lines[landing.line].first)] +=
              part * landing.weight[i];
      }
    }
  }
  return steps;
}
