// The loops of linear.c for one number of state components, ORDER. Included once for each.

#define NAME(name) NQ_JOIN(NQ_JOIN(linear_, name), NQ_JOIN(_, ORDER))
#define SQUARE (ORDER * ORDER)
#define TRIANGLE (ORDER * (ORDER + 1) / 2)
#define COLUMNS (ORDER + TRIANGLE)
#define NUMBERS (SQUARE + 2 * ORDER)
// The place of entry (i, j), i >= j, in a lower triangle by rows, and of either entry of a symmetric matrix.
#define LOWER(i, j) ((i) * ((i) + 1) / 2 + (j))
#define EITHER(i, j) ((i) >= (j) ? LOWER(i, j) : LOWER(j, i))
#if ORDER <= 4
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED
#endif

// A = F + h b r^T
NQ_INLINE void NAME(matrix)(const double *numbers, const lanes *h, lanes A[ORDER][ORDER]) {
  const double *b = numbers + SQUARE, *r = b + ORDER;
  UNROLLED for (int i = 0; i < ORDER; i++) {
    UNROLLED for (int j = 0; j < ORDER; j++) A[i][j] = *h * (b[i] * r[j]) + numbers[i * ORDER + j];
  }
}

// C = A S for a symmetric S.
NQ_INLINE void NAME(product)(lanes A[ORDER][ORDER], const lanes *S, lanes C[ORDER][ORDER]) {
  UNROLLED for (int i = 0; i < ORDER; i++) {
    UNROLLED for (int j = 0; j < ORDER; j++) {
      lanes sum = A[i][0] * S[EITHER(0, j)];
      UNROLLED for (int l = 1; l < ORDER; l++) sum += A[i][l] * S[EITHER(l, j)];
      C[i][j] = sum;
    }
  }
}

// One step of the path, state[0 .. ORDER - 1], and of the covariance after it: A S A^T + c b b^T.
NQ_INLINE void NAME(advance)(const double *numbers, const lanes *h, const lanes *c, lanes *state) {
  const double *b = numbers + SQUARE;
  lanes A[ORDER][ORDER], AS[ORDER][ORDER], x[ORDER], *S = state + ORDER;
  NAME(matrix)(numbers, h, A);
  NAME(product)(A, S, AS);
  UNROLLED for (int i = 0; i < ORDER; i++) {
    x[i] = A[i][0] * state[0];
    UNROLLED for (int l = 1; l < ORDER; l++) x[i] += A[i][l] * state[l];
    UNROLLED for (int j = 0; j <= i; j++) {
      lanes sum = *c * (b[i] * b[j]);
      UNROLLED for (int l = 0; l < ORDER; l++) sum += AS[i][l] * A[j][l];
      S[LOWER(i, j)] = sum;
    }
  }
  UNROLLED for (int i = 0; i < ORDER; i++) state[i] = x[i];
}

NQ_INLINE void NAME(load)(const double *columns, size_t stride, lanes *state) {
  UNROLLED for (int i = 0; i < COLUMNS; i++) state[i] = *(const lanes *)(columns + (size_t)i * stride);
}

NQ_INLINE void NAME(flush)(lanes *state) {
  UNROLLED for (int i = 0; i < COLUMNS; i++) flush_lanes(state + i);
}

NQ_CLONES static void NAME(losses)(size_t d, size_t steps, const double *h, const double *c, const double *k,
                                   const double *m0, const double *columns, size_t stride,
                                   const double *numbers, double *losses) {
  for (size_t first = 0; first < d; first += LANES) {
    const lanes hs = *(const lanes *)(h + first), cs = *(const lanes *)(c + first);
    const lanes half = 0.5 * *(const lanes *)(k + first), signal = half * *(const lanes *)(m0 + first);
    lanes state[COLUMNS];
    NAME(load)(columns + first, stride, state);
    for (size_t t = 0;; t++) {
      const lanes loss = signal * (state[0] * state[0]) + half * state[ORDER];
      losses[t] += lane_sum(&loss);
      if (t == steps) break;
      NAME(advance)(numbers + t * NUMBERS, &hs, &cs, state);
      if (t % FLUSH_EVERY == 0) NAME(flush)(state);
    }
  }
}

// Takes the costates of the path, w, and of the covariance, V (a lower triangle), from after a step to before
// it, and adds the derivatives by the numbers of the step. state: as it is before the step.
NQ_INLINE void NAME(back)(const double *numbers, const lanes *h, const lanes *c, const lanes *state, lanes *w,
                          lanes *V, double *slopes) {
  const double *b = numbers + SQUARE, *r = b + ORDER;
  const lanes *S = state + ORDER;
  lanes A[ORDER][ORDER], AS[ORDER][ORDER], G[ORDER][ORDER], VA[ORDER][ORDER];
  NAME(matrix)(numbers, h, A);
  NAME(product)(A, S, AS);
  // G = w x^T + 2 V A S is the derivative by A.
  UNROLLED for (int i = 0; i < ORDER; i++) {
    UNROLLED for (int j = 0; j < ORDER; j++) {
      lanes sum = V[EITHER(i, 0)] * AS[0][j], next = V[EITHER(i, 0)] * A[0][j];
      UNROLLED for (int l = 1; l < ORDER; l++) {
        sum += V[EITHER(i, l)] * AS[l][j];
        next += V[EITHER(i, l)] * A[l][j];
      }
      G[i][j] = w[i] * state[j] + 2 * sum;
      VA[i][j] = next;
      slopes[i * ORDER + j] += lane_sum(&G[i][j]);
    }
  }
  UNROLLED for (int i = 0; i < ORDER; i++) {
    lanes gain = G[i][0] * r[0], kick = V[EITHER(i, 0)] * b[0], point = G[0][i] * b[0];
    UNROLLED for (int l = 1; l < ORDER; l++) {
      gain += G[i][l] * r[l];
      kick += V[EITHER(i, l)] * b[l];
      point += G[l][i] * b[l];
    }
    gain = *h * gain + 2 * *c * kick;
    point = *h * point;
    slopes[SQUARE + i] += lane_sum(&gain);
    slopes[SQUARE + ORDER + i] += lane_sum(&point);
  }
  lanes before[ORDER];
  UNROLLED for (int i = 0; i < ORDER; i++) {
    before[i] = A[0][i] * w[0];
    UNROLLED for (int l = 1; l < ORDER; l++) before[i] += A[l][i] * w[l];
    UNROLLED for (int j = 0; j <= i; j++) {
      lanes sum = A[0][i] * VA[0][j];
      UNROLLED for (int l = 1; l < ORDER; l++) sum += A[l][i] * VA[l][j];
      V[LOWER(i, j)] = sum;
    }
  }
  UNROLLED for (int i = 0; i < ORDER; i++) w[i] = before[i];
}

NQ_CLONES static double NAME(gradient)(size_t d, size_t steps, const double *h, const double *c,
                                       const double *k, const double *m0, const double *columns,
                                       size_t stride, const double *numbers, const double *weights,
                                       size_t segment, double *scratch, double *slopes) {
  lanes *path = (lanes *)scratch, *checkpoints = path + segment * COLUMNS;
  const size_t segments = steps > 0 ? (steps + segment - 1) / segment : 1;
  double objective = 0;
  for (size_t first = 0; first < d; first += LANES) {
    const lanes hs = *(const lanes *)(h + first), cs = *(const lanes *)(c + first);
    const lanes half = 0.5 * *(const lanes *)(k + first), signal = half * *(const lanes *)(m0 + first);
    lanes state[COLUMNS], w[ORDER], V[TRIANGLE];
    NAME(load)(columns + first, stride, state);
    for (size_t t = 0;; t++) {
      if (weights[t] > 0) {
        const lanes loss = signal * (state[0] * state[0]) + half * state[ORDER];
        objective += weights[t] * lane_sum(&loss);
      }
      if (t == steps) break;
      if (t % segment == 0) memcpy(checkpoints + t / segment * COLUMNS, state, sizeof state);
      if (t / segment == segments - 1) memcpy(path + t % segment * COLUMNS, state, sizeof state);
      NAME(advance)(numbers + t * NUMBERS, &hs, &cs, state);
      if (t % FLUSH_EVERY == 0) NAME(flush)(state);
    }
    for (int i = 0; i < ORDER; i++) w[i] = (lanes){0};
    for (int i = 0; i < TRIANGLE; i++) V[i] = (lanes){0};
    w[0] = 2 * weights[steps] * signal * state[0];
    V[0] = weights[steps] * half;
    for (size_t s = segments; s-- > 0 && steps > 0;) {
      const size_t start = s * segment, end = start + segment < steps ? start + segment : steps;
      if (s < segments - 1) {
        memcpy(state, checkpoints + s * COLUMNS, sizeof state);
        for (size_t t = start; t < end; t++) {
          memcpy(path + (t - start) * COLUMNS, state, sizeof state);
          NAME(advance)(numbers + t * NUMBERS, &hs, &cs, state);
          if (t % FLUSH_EVERY == 0) NAME(flush)(state);
        }
      }
      for (size_t t = end; t-- > start;) {
        const lanes *before = path + (t - start) * COLUMNS;
        NAME(back)(numbers + t * NUMBERS, &hs, &cs, before, w, V, slopes + t * NUMBERS);
        if (weights[t] > 0) {
          w[0] += 2 * weights[t] * signal * before[0];
          V[0] += weights[t] * half;
        }
        if (t % FLUSH_EVERY == 0) {
          for (int i = 0; i < ORDER; i++) flush_lanes(w + i);
          for (int i = 0; i < TRIANGLE; i++) flush_lanes(V + i);
        }
      }
    }
  }
  return objective;
}

#undef NAME
#undef SQUARE
#undef TRIANGLE
#undef COLUMNS
#undef NUMBERS
#undef LOWER
#undef EITHER
#undef UNROLLED
#undef ORDER
