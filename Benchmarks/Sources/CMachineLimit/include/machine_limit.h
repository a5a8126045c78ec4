// The fastest that this machine's arithmetic can go: loops that touch no memory, whose operations are
// independent of each other as far as registers allow.

#ifndef MACHINE_LIMIT_H
#define MACHINE_LIMIT_H

#include <stddef.h>

// The widest vectors that the loops below use: 4 for x86-64-v4 (AVX-512), 3 for x86-64-v3 (AVX2 and FMA),
// 0 for what every CPU of the architecture has.
int nqb_level(void);

// Multiply-adds of doubles, `rounds` times; returns how many there were. `sink` takes a result, so that the
// work is not removed.
size_t nqb_multiply_adds(size_t rounds, double *sink);

// The same of floats.
size_t nqb_single_multiply_adds(size_t rounds, float *sink);

// Multiply-adds and divisions, eleven to one, `rounds` times; returns how many divisions there were.
size_t nqb_elevens(size_t rounds, double *sink);

#endif
