#include <math.h>
#include <string.h>

#include "clones.h"
#include "network_kernels.h"

// Products may be fused. Sums may be taken in any order if only their last bits can change.
#define NQN_FUSED _Pragma("clang fp contract(fast)")

#define T float
#define NAME(x) nqn_##x##_f
#define EXP expf
#define TANH tanhf
#define SQRT sqrtf
#include "network_loops.h"
#undef T
#undef NAME
#undef EXP
#undef TANH
#undef SQRT

#define T double
#define NAME(x) nqn_##x##_d
#define EXP exp
#define TANH tanh
#define SQRT sqrt
#include "network_loops.h"
