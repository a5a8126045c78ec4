#ifndef NOISY_QUADRATIC_CLONES_H
#define NOISY_QUADRATIC_CLONES_H

#include <float.h>
#include <math.h>

// One clone per x86-64 level, chosen when the program is loaded. Thread Sanitizer cannot run the
// resolvers, other C libraries than glibc have none, and other architectures need none.
#if defined(__x86_64__) && defined(__GLIBC__)
#define NQ_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define NQ_CLONES
#endif
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#undef NQ_CLONES
#define NQ_CLONES
#endif
#endif

// Sums may be taken in any order and products fused: each term is non-negative or of the size of the
// terms beside it, so this changes last bits only.
#define NQ_FAST _Pragma("clang fp reassociate(on) contract(fast)")

// Zero in place of a subnormal number. What decays step by step would otherwise stay at the smallest of them
// for ever, where arithmetic is some hundred times slower.
static inline double flushed(double x) { return fabs(x) < DBL_MIN ? 0 : x; }

#endif
