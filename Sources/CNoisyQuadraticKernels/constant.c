#include <stdbool.h>

#include "clones.h"
#include "noisy_quadratic_kernels.h"

// Runs of constant rate and momentum (C6). Eight directions go through a run at a time. Numbers carry their
// derivatives along.

enum { LINE = 8 };
typedef double lanes __attribute__((vector_size(8 * LINE)));

// A number f with its derivatives by the rate (a) and the momentum (m), first and second.
typedef struct {
  lanes f, a, m, aa, am, mm;
} jet;

// Which derivatives there are is a constant at every call, so that the unused parts vanish.
enum { NO_DERIVATIVES, BY_RATE, BY_BOTH };
#define JET NQ_INLINE jet

JET jet_constant(double x) {
  const lanes zero = {0}, f = x + zero;
  return (jet){f, zero, zero, zero, zero, zero};
}

JET jet_product(const int by, jet x, jet y) {
  NQ_FAST
  jet z;
  z.f = x.f * y.f;
  if (by >= BY_RATE) {
    z.a = x.a * y.f + x.f * y.a;
    z.aa = x.aa * y.f + 2 * (x.a * y.a) + x.f * y.aa;
  }
  if (by >= BY_BOTH) {
    z.m = x.m * y.f + x.f * y.m;
    z.am = x.am * y.f + x.a * y.m + x.m * y.a + x.f * y.am;
    z.mm = x.mm * y.f + 2 * (x.m * y.m) + x.f * y.mm;
  }
  return z;
}

// x + s y
JET jet_sum(const int by, jet x, double s, jet y) {
  NQ_FAST
  x.f += s * y.f;
  if (by >= BY_RATE) {
    x.a += s * y.a;
    x.aa += s * y.aa;
  }
  if (by >= BY_BOTH) {
    x.m += s * y.m;
    x.am += s * y.am;
    x.mm += s * y.mm;
  }
  return x;
}

// s x, where s has a number for every direction.
JET jet_scaled(const int by, const lanes *s, jet x) {
  NQ_FAST
  x.f *= *s;
  if (by >= BY_RATE) {
    x.a *= *s;
    x.aa *= *s;
  }
  if (by >= BY_BOTH) {
    x.m *= *s;
    x.am *= *s;
    x.mm *= *s;
  }
  return x;
}

JET jet_halved(const int by, jet x) {
  const lanes half = (lanes){0} + 0.5;
  return jet_scaled(by, &half, x);
}

JET jet_raised(jet x, double s) {
  x.f += s;
  return x;
}

// A^n = (xx xv; vx vv), and the covariance (p, q, r) of n steps of noise, for unit alpha^2 c.
typedef struct {
  jet u, v, power;  // U_n, V_n and mu^n
  jet p, q, r;
} constant_run;

typedef struct {
  jet g, mu;           // alpha h and mu
  jet trace, square;   // 1 + mu - g and its square less 4 mu
  jet difference;      // 1 - mu - g
} constant_step;

typedef struct {
  jet xx, xv, vx, vv;
} constant_matrix;

NQ_INLINE constant_matrix run_matrix(const int by, const constant_step *step, const constant_run *run) {
  const jet part = jet_product(by, run->u, step->difference), zero = jet_constant(0);
  constant_matrix m;
  m.xx = jet_halved(by, jet_sum(by, run->v, 1, part));
  m.vv = jet_halved(by, jet_sum(by, run->v, -1, part));
  m.xv = jet_product(by, step->mu, run->u);
  m.vx = jet_sum(by, zero, -1, jet_product(by, step->g, run->u));
  return m;
}

// Replaces (p, q, r) by M (p q; q r) M^T.
NQ_INLINE void conjugate(const int by, const constant_matrix *m, jet *p, jet *q, jet *r) {
#define COMBINE(x, y, z, w) jet_sum(by, jet_product(by, x, y), 1, jet_product(by, z, w))
  const jet t1 = COMBINE(m->xx, *p, m->xv, *q), t2 = COMBINE(m->xx, *q, m->xv, *r);
  const jet w1 = COMBINE(m->vx, *p, m->vv, *q), w2 = COMBINE(m->vx, *q, m->vv, *r);
  *p = COMBINE(m->xx, t1, m->xv, t2);
  *q = COMBINE(m->vx, t1, m->vv, t2);
  *r = COMBINE(m->vx, w1, m->vv, w2);
#undef COMBINE
}

NQ_INLINE void run_start(constant_run *run) {
  run->u = run->p = run->q = run->r = jet_constant(0);
  run->v = jet_constant(2);
  run->power = jet_constant(1);
}

// From n steps to n + 1.
NQ_INLINE void run_step(const int by, const bool noisy, const constant_step *step, constant_run *run) {
  if (noisy) {
    const constant_matrix one = {jet_sum(by, jet_constant(1), -1, step->g), step->mu,
                                 jet_sum(by, jet_constant(0), -1, step->g), step->mu};
    conjugate(by, &one, &run->p, &run->q, &run->r);
    run->p = jet_raised(run->p, 1);
    run->q = jet_raised(run->q, 1);
    run->r = jet_raised(run->r, 1);
  }
  const jet tu = jet_product(by, step->trace, run->u), tv = jet_product(by, step->trace, run->v);
  const jet su = jet_product(by, step->square, run->u);
  run->u = jet_halved(by, jet_sum(by, run->v, 1, tu));
  run->v = jet_halved(by, jet_sum(by, tv, 1, su));
  run->power = jet_product(by, run->power, step->mu);
}

// From n steps to 2 n.
NQ_INLINE void run_double(const int by, const bool noisy, const constant_step *step, constant_run *run) {
  if (noisy) {
    const constant_matrix m = run_matrix(by, step, run);
    jet p = run->p, q = run->q, r = run->r;
    conjugate(by, &m, &p, &q, &r);
    run->p = jet_sum(by, run->p, 1, p);
    run->q = jet_sum(by, run->q, 1, q);
    run->r = jet_sum(by, run->r, 1, r);
  }
  run->u = jet_product(by, run->u, run->v);
  run->v = jet_sum(by, jet_product(by, run->v, run->v), -2, run->power);
  run->power = jet_product(by, run->power, run->power);
}

typedef struct {
  lanes h, c, k, m0, x, y, p, q, r;
} constant_block;

// Adds `weight` times the loss after the run to `loss`.
NQ_INLINE void add_loss(const int by, const bool noisy, const constant_block *block, double weight,
                        const constant_step *step, const constant_run *run, jet rate2, jet *loss) {
  const constant_matrix m = run_matrix(by, step, run);
  const jet path = jet_sum(by, jet_scaled(by, &block->x, m.xx), 1, jet_scaled(by, &block->y, m.xv));
  jet moment = jet_scaled(by, &block->m0, jet_product(by, path, path));
  const jet first = jet_sum(by, jet_scaled(by, &block->p, m.xx), 2,
                            jet_scaled(by, &block->q, m.xv));
  moment = jet_sum(by, moment, 1, jet_product(by, m.xx, first));
  moment = jet_sum(by, moment, 1, jet_scaled(by, &block->r, jet_product(by, m.xv, m.xv)));
  if (noisy) {
    moment = jet_sum(by, moment, 1, jet_scaled(by, &block->c, jet_product(by, rate2, run->p)));
  }
  *loss = jet_sum(by, *loss, weight, jet_scaled(by, &block->k, moment));
}

NQ_INLINE jet block_loss(const int by, const bool noisy, const constant_block *block, size_t steps,
                         const double *weights, double alpha, double mu) {
  constant_step step;
  step.g = step.mu = jet_constant(0);
  step.g.f = alpha * block->h;
  step.g.a = block->h;
  step.mu.f += mu;
  step.mu.m += 1;
  step.trace = jet_sum(by, jet_raised(step.mu, 1), -1, step.g);
  step.difference = jet_sum(by, jet_sum(by, jet_constant(1), -1, step.mu), -1, step.g);
  step.square = jet_sum(by, jet_product(by, step.trace, step.trace), -4, step.mu);
  jet rate2 = jet_constant(alpha * alpha);
  rate2.a += 2 * alpha;
  rate2.aa += 2;
  constant_run run;
  run_start(&run);
  jet loss = jet_constant(0);
  if (weights) {
    for (size_t t = 1; t <= steps; t++) {
      run_step(by, noisy, &step, &run);
      if (weights[t] > 0) add_loss(by, noisy, block, weights[t], &step, &run, rate2, &loss);
    }
    return loss;
  }
  // Beyond g = 1 + mu the roots are those of the mirrored direction, 2 (1 + mu) - g, with the other sign. Its noise p is
  // the same, and none of its terms cancel (C3).
  constant_step near = step;
  lanes sign = {0}, one = {0}, change;
  one += 1;
  for (size_t i = 0; i < LINE; i++) {
    const bool isFar = step.g.f[i] > 1 + mu;
    sign[i] = isFar ? -1 : 1;
    if (isFar) near.g.f[i] = (2 - step.g.f[i]) + 2 * mu;
  }
  change = one - sign;
  near.g.a = sign * step.g.a;
  near.g.m = change;
  near.trace = jet_scaled(by, &sign, step.trace);
  near.difference = jet_sum(by, jet_sum(by, jet_constant(1), -1, near.mu), -1, near.g);
  size_t bit = 1;
  while (bit <= steps / 2) bit *= 2;
  for (bool isFirst = true; bit > 0; bit /= 2, isFirst = false) {
    if (!isFirst) run_double(by, noisy, &near, &run);
    if (steps & bit) run_step(by, noisy, &near, &run);
  }
  if (steps % 2 == 0) {
    run.u = jet_scaled(by, &sign, run.u);
  } else {
    run.v = jet_scaled(by, &sign, run.v);
  }
  add_loss(by, noisy, block, 1, &step, &run, rate2, &loss);
  return loss;
}

// The same at momentum 0, without derivatives by momentum: x <- (1 - g) x and p <- (1 - g)^2 p + alpha^2 c.
NQ_INLINE jet plain_loss(const int by, const bool noisy, const constant_block *block, size_t steps,
                         const double *weights, double alpha) {
  jet factor = jet_constant(1), rate2 = jet_constant(alpha * alpha);
  factor.f -= alpha * block->h;
  factor.a -= block->h;
  rate2.a += 2 * alpha;
  rate2.aa += 2;
  const jet square = jet_product(by, factor, factor);
  jet decay = jet_constant(1), noise = jet_constant(0), loss = jet_constant(0);
  const lanes signal = block->m0 * block->x * block->x + block->p;
#define ADD_LOSS(weight)                                                                          \
  do {                                                                                            \
    jet moment = jet_scaled(by, &signal, decay);                                                  \
    if (noisy) moment = jet_sum(by, moment, 1, jet_scaled(by, &block->c, jet_product(by, rate2, noise))); \
    loss = jet_sum(by, loss, weight, jet_scaled(by, &block->k, moment));                          \
  } while (0)
#define STEP                                                               \
  do {                                                                     \
    if (noisy) noise = jet_raised(jet_product(by, square, noise), 1);      \
    decay = jet_product(by, decay, square);                                \
  } while (0)
  if (weights) {
    for (size_t t = 1; t <= steps; t++) {
      STEP;
      if (weights[t] > 0) ADD_LOSS(weights[t]);
    }
    return loss;
  }
  size_t bit = 1;
  while (bit <= steps / 2) bit *= 2;
  for (bool isFirst = true; bit > 0; bit /= 2, isFirst = false) {
    if (!isFirst) {
      if (noisy) noise = jet_sum(by, noise, 1, jet_product(by, decay, noise));
      decay = jet_product(by, decay, decay);
    }
    if (steps & bit) STEP;
  }
  ADD_LOSS(1);
  return loss;
#undef STEP
#undef ADD_LOSS
}

NQ_INLINE double total(const lanes *sums) {
  NQ_FAST
  const lanes x = *sums;
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

// Adds the sums over the directions of half of a loss and of its derivatives.
NQ_INLINE void add_total(const jet *loss, double results[6]) {
  results[0] += 0.5 * total(&loss->f);
  results[1] += 0.5 * total(&loss->a);
  results[2] += 0.5 * total(&loss->m);
  results[3] += 0.5 * total(&loss->aa);
  results[4] += 0.5 * total(&loss->am);
  results[5] += 0.5 * total(&loss->mm);
}

NQ_INLINE constant_block load(const double *h, const double *c, const double *k, const double *m0,
                              const double *state, size_t stride, size_t i) {
  constant_block block;
#define LOAD(name, from) block.name = *(const lanes *)((from) + i)
  LOAD(h, h);
  LOAD(c, c);
  LOAD(k, k);
  LOAD(m0, m0);
  LOAD(x, state);
  LOAD(y, state + stride);
  LOAD(p, state + 2 * stride);
  LOAD(q, state + 3 * stride);
  LOAD(r, state + 4 * stride);
#undef LOAD
  return block;
}

NQ_INLINE bool has_noise(const constant_block *block) {
  bool noisy = false;
  for (size_t i = 0; i < LINE; i++) noisy |= block->c[i] > 0;
  return noisy;
}

NQ_CLONES void nq_constant_losses(size_t d, size_t steps, const double *h, const double *c, const double *k,
                                  const double *m0, const double *state, size_t stride,
                                  const double *weights, size_t count, const double *alpha, const double *mu,
                                  double *losses) {
  for (size_t j = 0; j < count; j++) losses[j] = 0;
  for (size_t i = 0; i < d; i += LINE) {
    const constant_block block = load(h, c, k, m0, state, stride, i);
    const bool noisy = has_noise(&block);
    for (size_t j = 0; j < count; j++) {
      jet loss;
      if (mu[j] == 0) {
        loss = noisy ? plain_loss(NO_DERIVATIVES, true, &block, steps, weights, alpha[j])
                     : plain_loss(NO_DERIVATIVES, false, &block, steps, weights, alpha[j]);
      } else {
        loss = noisy ? block_loss(NO_DERIVATIVES, true, &block, steps, weights, alpha[j], mu[j])
                     : block_loss(NO_DERIVATIVES, false, &block, steps, weights, alpha[j], mu[j]);
      }
      losses[j] += 0.5 * total(&loss.f);
    }
  }
}

NQ_CLONES void nq_constant_slope(size_t d, size_t steps, const double *h, const double *c, const double *k,
                                 const double *m0, const double *state, size_t stride, const double *weights,
                                 double alpha, double results[3]) {
  results[0] = results[1] = results[2] = 0;
  for (size_t i = 0; i < d; i += LINE) {
    const constant_block block = load(h, c, k, m0, state, stride, i);
    const jet loss = has_noise(&block) ? plain_loss(BY_RATE, true, &block, steps, weights, alpha)
                                       : plain_loss(BY_RATE, false, &block, steps, weights, alpha);
    results[0] += 0.5 * total(&loss.f);
    results[1] += 0.5 * total(&loss.a);
    results[2] += 0.5 * total(&loss.aa);
  }
}

NQ_CLONES void nq_constant_derivatives(size_t d, size_t steps, const double *h, const double *c,
                                       const double *k, const double *m0, const double *state, size_t stride,
                                       const double *weights, double alpha, double mu, double results[6]) {
  for (size_t j = 0; j < 6; j++) results[j] = 0;
  for (size_t i = 0; i < d; i += LINE) {
    const constant_block block = load(h, c, k, m0, state, stride, i);
    const jet loss = has_noise(&block) ? block_loss(BY_BOTH, true, &block, steps, weights, alpha, mu)
                                       : block_loss(BY_BOTH, false, &block, steps, weights, alpha, mu);
    add_total(&loss, results);
  }
}

// The exponential average of plain steps, whose decay takes the place of the momentum (Y2). After n steps from
// rest, theta = u^n theta_0, the average is (gamma^n + W_n) theta_0, and (p, q, r) is the covariance of theta and the
// average for unit alpha^2 c. No term is negative while 0 <= u, so nothing cancels.
NQ_INLINE jet average_loss(const int by, const bool noisy, const constant_block *block, size_t steps,
                           double alpha, double gamma) {
  jet u = jet_constant(1), decay = jet_constant(gamma), rest = jet_constant(1 - gamma);
  u.f -= alpha * block->h;
  u.a -= block->h;
  decay.m += 1;
  rest.m -= 1;
  jet rate2 = jet_constant(alpha * alpha);
  rate2.a += 2 * alpha;
  rate2.aa += 2;
  const jet restu = jet_product(by, rest, u), both = jet_product(by, decay, u);
  const jet uu = jet_product(by, u, u), dd = jet_product(by, decay, decay);
  const jet rr = jet_product(by, rest, rest), mixed = jet_product(by, decay, restu);
  jet un = jet_constant(1), gn = un, w = jet_constant(0), p = w, q = w, r = w;
#define PRODUCT(x, y) jet_product(by, x, y)
#define SUM(x, y) jet_sum(by, x, 1, y)
  size_t bit = 1;
  while (bit <= steps / 2) bit *= 2;
  for (bool isFirst = true; bit > 0; bit /= 2, isFirst = false) {
    if (!isFirst) {
      if (noisy) {
        const jet wp = PRODUCT(w, p), gq = PRODUCT(gn, q);
        r = SUM(r, SUM(PRODUCT(gn, jet_sum(by, PRODUCT(gn, r), 2, PRODUCT(w, q))), PRODUCT(w, wp)));
        q = SUM(q, PRODUCT(un, SUM(gq, wp)));
        p = SUM(p, PRODUCT(PRODUCT(un, un), p));
      }
      w = PRODUCT(w, SUM(gn, un));
      un = PRODUCT(un, un);
      gn = PRODUCT(gn, gn);
    }
    if (steps & bit) {
      if (noisy) {
        p = jet_raised(PRODUCT(uu, p), 1);
        r = SUM(jet_sum(by, PRODUCT(dd, r), 2, PRODUCT(mixed, q)), PRODUCT(rr, p));
        q = SUM(PRODUCT(both, q), PRODUCT(rest, p));
      }
      w = SUM(PRODUCT(decay, w), PRODUCT(restu, un));
      un = PRODUCT(u, un);
      gn = PRODUCT(decay, gn);
    }
  }
#undef PRODUCT
#undef SUM
  const jet path = jet_sum(by, gn, 1, w);
  const lanes signal = block->m0 * block->x * block->x + block->p;
  jet moment = jet_scaled(by, &signal, jet_product(by, path, path));
  if (noisy) moment = jet_sum(by, moment, 1, jet_scaled(by, &block->c, jet_product(by, rate2, r)));
  return jet_scaled(by, &block->k, moment);
}

NQ_CLONES void nq_average_losses(size_t d, size_t steps, const double *h, const double *c, const double *k,
                                 const double *m0, const double *state, size_t stride, size_t count,
                                 const double *alpha, const double *gamma, double *losses) {
  for (size_t j = 0; j < count; j++) losses[j] = 0;
  for (size_t i = 0; i < d; i += LINE) {
    const constant_block block = load(h, c, k, m0, state, stride, i);
    const bool noisy = has_noise(&block);
    for (size_t j = 0; j < count; j++) {
      const jet loss = noisy ? average_loss(NO_DERIVATIVES, true, &block, steps, alpha[j], gamma[j])
                             : average_loss(NO_DERIVATIVES, false, &block, steps, alpha[j], gamma[j]);
      losses[j] += 0.5 * total(&loss.f);
    }
  }
}

NQ_CLONES void nq_average_derivatives(size_t d, size_t steps, const double *h, const double *c,
                                      const double *k, const double *m0, const double *state, size_t stride,
                                      double alpha, double gamma, double results[6]) {
  for (size_t j = 0; j < 6; j++) results[j] = 0;
  for (size_t i = 0; i < d; i += LINE) {
    const constant_block block = load(h, c, k, m0, state, stride, i);
    const jet loss = has_noise(&block) ? average_loss(BY_BOTH, true, &block, steps, alpha, gamma)
                                       : average_loss(BY_BOTH, false, &block, steps, alpha, gamma);
    add_total(&loss, results);
  }
}
