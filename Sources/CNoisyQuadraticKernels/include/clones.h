#ifndef NOISY_QUADRATIC_CLONES_H
#define NOISY_QUADRATIC_CLONES_H

#include <float.h>
#include <math.h>

// There is one clone per x86-64 level, chosen when the program is loaded. Thread Sanitizer cannot run the
// resolvers, C libraries other than glibc have none, and other architectures need none.
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

// The function becomes part of every function that calls it, so that it is compiled for each clone of the
// caller.
#define NQ_INLINE static inline __attribute__((always_inline))

// Sums may be taken in any order, and products may be fused. Each term is non-negative or of the size of its
// neighbours, so that only the last bits change. Infinities and NaN are preserved.
#define NQ_FAST _Pragma("clang fp reassociate(on) contract(fast)")

// Replaces a subnormal number by zero. Otherwise a number that decays step by step would remain at the
// smallest subnormal forever, where arithmetic is about a hundred times slower.
NQ_INLINE double flushed(double x) { return fabs(x) < DBL_MIN ? 0 : x; }

// The same for a number that is never negative.
NQ_INLINE double flushed_positive(double x) { return x < DBL_MIN ? 0 : x; }

#endif
