#ifndef NOISY_QUADRATIC_CLONES_H
#define NOISY_QUADRATIC_CLONES_H

#include <float.h>
#include <math.h>

// One clone per x86-64 level, chosen when the program is loaded. Thread Sanitizer cannot run the
// resolvers, other C libraries than glibc have none, and other architectures need none.
#if defined(__x86_64__) && defined(__GLIBC__)
#define NQ_HAS_CLONES 1
#endif
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#undef NQ_HAS_CLONES
#endif
#endif
#ifdef NQ_HAS_CLONES
#define NQ_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define NQ_CLONES
#endif

// Part of every function that calls it, and so compiled for each of its clones.
#define NQ_INLINE static inline __attribute__((always_inline))

// Sums may be taken in any order and products fused: each term is non-negative or of the size of the
// terms beside it, so this changes last bits only. Infinities and NaN stay what they are.
#define NQ_FAST _Pragma("clang fp reassociate(on) contract(fast)")

// Zero in place of a subnormal number. What decays step by step would otherwise stay at the smallest of them
// for ever, where arithmetic is some hundred times slower.
NQ_INLINE double flushed(double x) { return fabs(x) < DBL_MIN ? 0 : x; }

// The same for what is never negative.
NQ_INLINE double flushed_positive(double x) { return x < DBL_MIN ? 0 : x; }

#endif
