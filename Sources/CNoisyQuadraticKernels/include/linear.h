#ifndef NOISY_QUADRATIC_LINEAR_H
#define NOISY_QUADRATIC_LINEAR_H

#include <stddef.h>

// Update rules that are linear in every direction (U1 to U3 of Docs/Derivations.md).
//
// A rule has `order` state components, one of 1, 2, 3, 4, 6, 8. Component 0 is the one whose loss counts. d is a
// multiple of 8, and arrays of directions are aligned to 64 bytes. Padding directions are zero in every column.
//
// numbers: for every step, F in row-major order, b and r, order * (order + 2) numbers in all. The step matrix of
// a direction is A = F + h b r^T.
// state: columns with the given stride: the path, then the lower triangle of the noise covariance by rows.

// Losses 1/2 sum k (m0 x_0^2 + S_00) before the first step and after every step, steps + 1 in total. (U1)
void nq_linear_losses(size_t order, size_t d, size_t steps, const double *h, const double *c, const double *k,
                      const double *m0, const double *state, size_t stride, const double *numbers,
                      double *losses);

// The objective sum weights[t] L_t and its derivatives by the numbers of every step, which are laid out as the
// numbers are. (U3)
// segment: the number of steps whose states are stored at a time, at least 1.
// scratch: 8 (segment + ceil(steps/segment)) times the number of columns of a state, aligned to 64 bytes.
double nq_linear_gradient(size_t order, size_t d, size_t steps, const double *h, const double *c,
                          const double *k, const double *m0, const double *state, size_t stride,
                          const double *numbers, const double *weights, size_t segment, double *scratch,
                          double *slopes);

#endif
