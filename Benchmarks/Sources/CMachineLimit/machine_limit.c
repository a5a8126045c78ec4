#include "machine_limit.h"

#include <string.h>

// Ten sums keep two pipes of latency four or five busy; four quotients, with nine sums, the divider too.
// Both fit into the sixteen registers of AVX2.
enum { SUMS = 10, MIXED_SUMS = 9, QUOTIENTS = 4 };

// One copy of the loops per vector width: what the compiler makes of `V` must be one register.
#define MULTIPLY_ADDS(NAME, TYPE, BYTES, TARGET)                                                    \
  typedef TYPE NAME##_vector __attribute__((vector_size(BYTES)));                                   \
                                                                                                    \
  TARGET static size_t NAME##_multiply_adds(size_t rounds, TYPE *sink) {                            \
    _Pragma("clang fp contract(fast)") NAME##_vector sum[SUMS], factor, term;                       \
    factor = (NAME##_vector){} + (TYPE)(0.999 + 1e-9 * *sink);                                      \
    term = (NAME##_vector){} + (TYPE)(0.001 + 1e-9 * *sink);                                        \
    for (int i = 0; i < SUMS; i++) sum[i] = (NAME##_vector){} + (TYPE)(1.0 + i);                    \
    for (size_t round = 0; round < rounds; round++) {                                               \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < SUMS; i++) sum[i] =                    \
          sum[i] * factor + term;                                                                   \
    }                                                                                               \
    for (int i = 1; i < SUMS; i++) sum[0] += sum[i];                                                \
    memcpy(sink, &sum[0], sizeof *sink);                                                            \
    return rounds * SUMS * (BYTES / sizeof(TYPE));                                                  \
  }

#define LOOPS(NAME, BYTES, TARGET)                                                                  \
  MULTIPLY_ADDS(NAME, double, BYTES, TARGET)                                                        \
  MULTIPLY_ADDS(NAME##_single, float, BYTES, TARGET)                                                \
                                                                                                    \
  TARGET static size_t NAME##_elevens(size_t rounds, double *sink) {                                \
    _Pragma("clang fp contract(fast)") NAME##_vector sum[MIXED_SUMS], quotient[QUOTIENTS], factor, term; \
    factor = (NAME##_vector){} + (0.999 + 1e-9 * *sink);                                            \
    term = (NAME##_vector){} + (0.001 + 1e-9 * *sink);                                              \
    for (int i = 0; i < MIXED_SUMS; i++) sum[i] = (NAME##_vector){} + (1.0 + i);                    \
    for (int i = 0; i < QUOTIENTS; i++) quotient[i] = (NAME##_vector){} + (1.1 + i);                \
    for (size_t round = 0; round < rounds; round++) {                                               \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < QUOTIENTS; i++) {                      \
        quotient[i] = factor / quotient[i];                                                         \
        _Pragma("clang loop unroll(full)") for (int k = 0; k < 11; k++) {                           \
          const int j = (11 * i + k) % MIXED_SUMS;                                                  \
          sum[j] = sum[j] * factor + term;                                                          \
        }                                                                                           \
      }                                                                                             \
    }                                                                                               \
    for (int i = 1; i < MIXED_SUMS; i++) sum[0] += sum[i];                                          \
    for (int i = 0; i < QUOTIENTS; i++) sum[0] += quotient[i];                                      \
    memcpy(sink, &sum[0], sizeof *sink);                                                            \
    return rounds * QUOTIENTS * (BYTES / sizeof(double));                                           \
  }

LOOPS(plain, 16, )

// Only where the library's own kernels have these variants.
#if defined(__x86_64__) && defined(__GLIBC__)
LOOPS(v3, 32, __attribute__((target("arch=x86-64-v3"))))
LOOPS(v4, 64, __attribute__((target("arch=x86-64-v4"))))

int nqb_level(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return 4;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"))
    return 3;
  return 0;
}

size_t nqb_multiply_adds(size_t rounds, double *sink) {
  switch (nqb_level()) {
    case 4: return v4_multiply_adds(rounds, sink);
    case 3: return v3_multiply_adds(rounds, sink);
    default: return plain_multiply_adds(rounds, sink);
  }
}

size_t nqb_single_multiply_adds(size_t rounds, float *sink) {
  switch (nqb_level()) {
    case 4: return v4_single_multiply_adds(rounds, sink);
    case 3: return v3_single_multiply_adds(rounds, sink);
    default: return plain_single_multiply_adds(rounds, sink);
  }
}

size_t nqb_elevens(size_t rounds, double *sink) {
  switch (nqb_level()) {
    case 4: return v4_elevens(rounds, sink);
    case 3: return v3_elevens(rounds, sink);
    default: return plain_elevens(rounds, sink);
  }
}
#else
int nqb_level(void) { return 0; }
size_t nqb_multiply_adds(size_t rounds, double *sink) { return plain_multiply_adds(rounds, sink); }
size_t nqb_single_multiply_adds(size_t rounds, float *sink) { return plain_single_multiply_adds(rounds, sink); }
size_t nqb_elevens(size_t rounds, double *sink) { return plain_elevens(rounds, sink); }
#endif
