#include "linear.h"

#include <string.h>

#include "clones.h"

// Directions are taken eight at a time through all steps, so that their state stays in registers or in the
// nearest cache.
enum { LANES = 8, FLUSH_EVERY = 16 };
typedef double lanes __attribute__((vector_size(8 * LANES)));
typedef long long lane_masks __attribute__((vector_size(8 * LANES)));

NQ_INLINE double lane_sum(const lanes *x) {
  const lanes v = *x;
  return ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]));
}

// Replaces subnormal numbers by zero, as `flushed` does.
NQ_INLINE void flush_lanes(lanes *x) {
  const lane_masks keep = (*x >= DBL_MIN) | (*x <= -DBL_MIN) | (*x != *x);
  *x = (lanes)((lane_masks)*x & keep);
}

#define NQ_JOIN2(a, b) a##b
#define NQ_JOIN(a, b) NQ_JOIN2(a, b)

#define ORDER 1
#include "linear_order.h"
#define ORDER 2
#include "linear_order.h"
#define ORDER 3
#include "linear_order.h"
#define ORDER 4
#include "linear_order.h"
#define ORDER 6
#include "linear_order.h"
#define ORDER 8
#include "linear_order.h"

#define NQ_EACH_ORDER(call) \
  switch (order) {          \
    case 1: call(1);        \
    case 2: call(2);        \
    case 3: call(3);        \
    case 4: call(4);        \
    case 6: call(6);        \
    default: call(8);       \
  }

void nq_linear_losses(size_t order, size_t d, size_t steps, const double *h, const double *c, const double *k,
                      const double *m0, const double *state, size_t stride, const double *numbers,
                      double *losses) {
  memset(losses, 0, 8 * (steps + 1));
#define NQ_LOSSES(n) linear_losses_##n(d, steps, h, c, k, m0, state, stride, numbers, losses); break
  NQ_EACH_ORDER(NQ_LOSSES)
}

double nq_linear_gradient(size_t order, size_t d, size_t steps, const double *h, const double *c,
                          const double *k, const double *m0, const double *state, size_t stride,
                          const double *numbers, const double *weights, size_t segment, double *scratch,
                          double *slopes) {
  memset(slopes, 0, 8 * steps * order * (order + 2));
#define NQ_GRADIENT(n)                                                                              \
  return linear_gradient_##n(d, steps, h, c, k, m0, state, stride, numbers, weights, segment, scratch, \
                             slopes)
  NQ_EACH_ORDER(NQ_GRADIENT)
}
