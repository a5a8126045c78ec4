// The loops of network_kernels.h for one number type. network.c includes this file once per type.

NQ_CLONES void NAME(gather)(size_t rows, size_t channels, size_t area, const uint8_t *pixels,
                            const int32_t *indices, T *restrict x) {
  const size_t n = channels * area;
  for (size_t r = 0; r < rows; r++) {
    const uint8_t *image = pixels + (size_t)indices[r] * n;
    T *restrict row = x + r * n;
    if (channels == 1) {
      for (size_t i = 0; i < n; i++) row[i] = (T)image[i] * (T)(1.0 / 255);
    } else {
      for (size_t i = 0; i < area; i++) {
        for (size_t k = 0; k < channels; k++) row[i * channels + k] = (T)image[k * area + i] * (T)(1.0 / 255);
      }
    }
  }
}

NQ_CLONES void NAME(activate)(size_t rows, size_t n, int kind, const T *restrict b, T *restrict z) {
  for (size_t r = 0; r < rows; r++, z += n) {
    if (kind == 1) {
      for (size_t i = 0; i < n; i++) {
        const T x = z[i] + b[i];
        // NaN passes through, so that the divergence of a run stays visible.
        z[i] = x < 0 ? 0 : x;
      }
    } else if (kind == 2) {
      for (size_t i = 0; i < n; i++) z[i] = TANH(z[i] + b[i]);
    } else {
      for (size_t i = 0; i < n; i++) z[i] += b[i];
    }
  }
}

NQ_CLONES void NAME(activate_tangent)(size_t rows, size_t n, int kind, const T *restrict a,
                                      const T *restrict db, T *restrict dz) {
  NQN_FUSED
  for (size_t r = 0; r < rows; r++, a += n, dz += n) {
    if (kind == 1) {
      for (size_t i = 0; i < n; i++) dz[i] = a[i] > 0 ? dz[i] + db[i] : 0;
    } else if (kind == 2) {
      for (size_t i = 0; i < n; i++) dz[i] = (1 - a[i] * a[i]) * (dz[i] + db[i]);
    } else {
      for (size_t i = 0; i < n; i++) dz[i] += db[i];
    }
  }
}

NQ_CLONES void NAME(retract)(size_t count, int kind, const T *restrict a, T *restrict e) {
  NQN_FUSED
  if (kind == 1) {
    for (size_t i = 0; i < count; i++) e[i] = a[i] > 0 ? e[i] : 0;
  } else if (kind == 2) {
    for (size_t i = 0; i < count; i++) e[i] *= 1 - a[i] * a[i];
  }
}

NQ_CLONES void NAME(retract_tangent)(size_t count, int kind, const T *restrict a, const T *restrict da,
                                     const T *restrict e, T *restrict de) {
  NQN_FUSED
  if (kind == 1) {
    for (size_t i = 0; i < count; i++) de[i] = a[i] > 0 ? de[i] : 0;
  } else if (kind == 2) {
    for (size_t i = 0; i < count; i++) de[i] = (1 - a[i] * a[i]) * de[i] - 2 * a[i] * da[i] * e[i];
  }
}

double NAME(softmax)(size_t rows, size_t n, const T *restrict b, const uint8_t *restrict labels,
                     const int32_t *restrict indices, T scale, T *restrict z, T *restrict delta) {
  double loss = 0;
  for (size_t r = 0; r < rows; r++, z += n, delta += n) {
    T highest = z[0] + b[0];
    for (size_t i = 0; i < n; i++) {
      z[i] += b[i];
      highest = z[i] > highest ? z[i] : highest;
    }
    const size_t label = labels[indices[r]];
    const T score = z[label] - highest;
    T sum = 0;
    for (size_t i = 0; i < n; i++) {
      z[i] = EXP(z[i] - highest);
      sum += z[i];
    }
    // If one class has almost all the probability, rounding destroys log(sum) - score; log1p of the others
    // keeps it.
    double others = 0;
    for (size_t i = 0; i < n; i++) others += i == label ? 0 : (double)z[i];
    loss += score == 0 ? log1p(others) : log((double)sum) - (double)score;
    const T inverse = 1 / sum;
    T rest = 0;
    for (size_t i = 0; i < n; i++) {
      z[i] *= inverse;
      delta[i] = scale * z[i];
      rest += i == label ? 0 : delta[i];
    }
    // For the right class, 1 - p is computed from the other classes. This keeps its digits as p approaches 1.
    delta[label] = -rest;
  }
  return loss;
}

void NAME(softmax_tangent)(size_t rows, size_t n, const T *restrict p, const T *restrict db, T scale,
                           T *restrict dz) {
  for (size_t r = 0; r < rows; r++, p += n, dz += n) {
    size_t likeliest = 0;
    for (size_t i = 0; i < n; i++) {
      dz[i] += db[i];
      likeliest = p[i] > p[likeliest] ? i : likeliest;
    }
    // A common shift changes nothing. With this shift, the class whose p approaches 1 drops out of the mean.
    // Its own entry is then the mean of the others and not a difference of two nearly equal numbers.
    const T shift = dz[likeliest];
    T mean = 0;
    for (size_t i = 0; i < n; i++) {
      dz[i] -= shift;
      mean += p[i] * dz[i];
    }
    for (size_t i = 0; i < n; i++) dz[i] = scale * p[i] * (dz[i] - mean);
  }
}

NQ_CLONES void NAME(add_columns)(size_t rows, size_t n, const T *restrict x, T *restrict sums) {
  for (size_t r = 0; r < rows; r++, x += n) {
    for (size_t i = 0; i < n; i++) sums[i] += x[i];
  }
}

NQ_CLONES void NAME(add)(size_t n, const T *restrict x, T *restrict y) {
  for (size_t i = 0; i < n; i++) y[i] += x[i];
}

NQ_CLONES void NAME(combine)(size_t n, double alpha, const T *restrict x, double beta, T *restrict y) {
  NQN_FUSED
  const T a = (T)alpha, b = (T)beta;
  for (size_t i = 0; i < n; i++) y[i] = a * x[i] + b * y[i];
}

NQ_CLONES void NAME(scale)(size_t n, double alpha, T *restrict x) {
  const T a = (T)alpha;
  for (size_t i = 0; i < n; i++) x[i] *= a;
}

NQ_CLONES double NAME(dot)(size_t n, const T *restrict x, const T *restrict y) {
  NQ_FAST
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += (double)x[i] * (double)y[i];
  return sum;
}

void NAME(windows)(size_t h, size_t w, size_t c, size_t k, const T *restrict x, T *restrict windows) {
  const ptrdiff_t reach = (ptrdiff_t)(k / 2);
  for (ptrdiff_t i = 0; i < (ptrdiff_t)h; i++) {
    for (ptrdiff_t j = 0; j < (ptrdiff_t)w; j++) {
      for (ptrdiff_t a = i - reach; a < i - reach + (ptrdiff_t)k; a++) {
        for (ptrdiff_t b = j - reach; b < j - reach + (ptrdiff_t)k; b++, windows += c) {
          if (a < 0 || b < 0 || a >= (ptrdiff_t)h || b >= (ptrdiff_t)w) {
            memset(windows, 0, c * sizeof(T));
          } else {
            memcpy(windows, x + ((size_t)a * w + (size_t)b) * c, c * sizeof(T));
          }
        }
      }
    }
  }
}

void NAME(add_windows)(size_t h, size_t w, size_t c, size_t k, const T *restrict windows, T *restrict x) {
  const ptrdiff_t reach = (ptrdiff_t)(k / 2);
  for (ptrdiff_t i = 0; i < (ptrdiff_t)h; i++) {
    for (ptrdiff_t j = 0; j < (ptrdiff_t)w; j++) {
      for (ptrdiff_t a = i - reach; a < i - reach + (ptrdiff_t)k; a++) {
        for (ptrdiff_t b = j - reach; b < j - reach + (ptrdiff_t)k; b++, windows += c) {
          if (a < 0 || b < 0 || a >= (ptrdiff_t)h || b >= (ptrdiff_t)w) continue;
          T *restrict pixel = x + ((size_t)a * w + (size_t)b) * c;
          for (size_t l = 0; l < c; l++) pixel[l] += windows[l];
        }
      }
    }
  }
}

void NAME(pool)(size_t rows, size_t h, size_t w, size_t c, const T *restrict x, T *restrict y,
                uint8_t *restrict which) {
  for (size_t r = 0; r < rows; r++, x += h * w * c) {
    for (size_t i = 0; i + 1 < h; i += 2) {
      for (size_t j = 0; j + 1 < w; j += 2, y += c, which += c) {
        for (size_t l = 0; l < c; l++) {
          const T *corner = x + (i * w + j) * c + l;
          T best = corner[0];
          uint8_t place = 0;
          for (uint8_t s = 1; s < 4; s++) {
            const T other = corner[((s >> 1) * w + (s & 1)) * c];
            // The first of equal values is taken. A NaN is kept, and it replaces other values.
            if (other > best || other != other) {
              best = other;
              place = s;
            }
          }
          y[l] = best;
          which[l] = place;
        }
      }
    }
  }
}

void NAME(pool_tangent)(size_t rows, size_t h, size_t w, size_t c, const uint8_t *restrict which,
                        const T *restrict dx, T *restrict dy) {
  for (size_t r = 0; r < rows; r++, dx += h * w * c) {
    for (size_t i = 0; i + 1 < h; i += 2) {
      for (size_t j = 0; j + 1 < w; j += 2, dy += c, which += c) {
        for (size_t l = 0; l < c; l++) {
          dy[l] = dx[((i + (which[l] >> 1)) * w + j + (which[l] & 1)) * c + l];
        }
      }
    }
  }
}

void NAME(pool_back)(size_t rows, size_t h, size_t w, size_t c, const uint8_t *restrict which,
                     const T *restrict e, T *restrict ex) {
  memset(ex, 0, rows * h * w * c * sizeof(T));
  for (size_t r = 0; r < rows; r++, ex += h * w * c) {
    for (size_t i = 0; i + 1 < h; i += 2) {
      for (size_t j = 0; j + 1 < w; j += 2, e += c, which += c) {
        for (size_t l = 0; l < c; l++) {
          ex[((i + (which[l] >> 1)) * w + j + (which[l] & 1)) * c + l] = e[l];
        }
      }
    }
  }
}

NQ_CLONES void NAME(ball)(size_t n, double alpha, double mu, const T *restrict g, T *restrict v,
                          T *restrict w) {
  NQN_FUSED
  const T a = (T)alpha, m = (T)mu;
  for (size_t i = 0; i < n; i++) {
    v[i] = m * v[i] + g[i];
    w[i] -= a * v[i];
  }
}

NQ_CLONES void NAME(ball_tangent)(size_t n, double alpha, double mu, double dalpha, double dmu,
                                  const T *restrict g, const T *restrict v, const T *restrict hp,
                                  T *restrict q, T *restrict p) {
  NQN_FUSED
  const T a = (T)alpha, m = (T)mu, da = (T)dalpha, dm = (T)dmu;
  for (size_t i = 0; i < n; i++) {
    q[i] = m * q[i] + dm * v[i] + hp[i];
    p[i] -= a * q[i] + da * (m * v[i] + g[i]);
  }
}

NQ_CLONES void NAME(inner_ball)(size_t n, double alpha, double mu, const T *restrict g, T *restrict v,
                                T *restrict w) {
  NQN_FUSED
  const T a = (T)alpha, m = (T)mu;
  for (size_t i = 0; i < n; i++) {
    v[i] = m * v[i] - a * g[i];
    w[i] += v[i];
  }
}

NQ_CLONES void NAME(inner_ball_tangent)(size_t n, double alpha, double mu, double dalpha, double dmu,
                                        const T *restrict g, const T *restrict v, const T *restrict hp,
                                        T *restrict q, T *restrict p) {
  NQN_FUSED
  const T a = (T)alpha, m = (T)mu, da = (T)dalpha, dm = (T)dmu;
  for (size_t i = 0; i < n; i++) {
    q[i] = m * q[i] + dm * v[i] - da * g[i] - a * hp[i];
    p[i] += q[i];
  }
}

NQ_CLONES void NAME(adam)(size_t n, double alpha, double b1, double b2, double c1, double c2, double eps,
                          const T *restrict g, T *restrict m, T *restrict s, T *restrict w) {
  NQN_FUSED
  const T p1 = (T)b1, r1 = (T)(1 - b1), p2 = (T)b2, r2 = (T)(1 - b2), e = (T)eps;
  const T a = (T)(alpha / c1), i2 = (T)(1 / c2);
  for (size_t i = 0; i < n; i++) {
    m[i] = p1 * m[i] + r1 * g[i];
    s[i] = p2 * s[i] + r2 * g[i] * g[i];
    w[i] -= a * m[i] / (SQRT(s[i] * i2) + e);
  }
}

NQ_CLONES void NAME(adam_tangent)(size_t n, double alpha, double b1, double b2, double c1, double c2,
                                  double eps, double dalpha, double db1, double dc1, const T *restrict g,
                                  const T *restrict m, const T *restrict s, const T *restrict hp,
                                  T *restrict dm, T *restrict ds, T *restrict dp) {
  NQN_FUSED
  const T p1 = (T)b1, r1 = (T)(1 - b1), p2 = (T)b2, r2 = (T)(1 - b2), e = (T)eps, dp1 = (T)db1;
  const T a = (T)(alpha / c1), da = (T)(dalpha / c1 - alpha * dc1 / (c1 * c1)), i2 = (T)(1 / c2);
  for (size_t i = 0; i < n; i++) {
    const T m1 = p1 * m[i] + r1 * g[i];
    const T s1 = p2 * s[i] + r2 * g[i] * g[i];
    const T root = SQRT(s1 * i2);
    const T inverse = 1 / (root + e);
    dm[i] = p1 * dm[i] + r1 * hp[i] + dp1 * (m[i] - g[i]);
    ds[i] = p2 * ds[i] + 2 * r2 * g[i] * hp[i];
    // If the gradient has always been zero, the root has no slope.
    const T droot = root > 0 ? i2 * ds[i] / (2 * root) : 0;
    dp[i] -= inverse * (da * m1 + a * (dm[i] - m1 * inverse * droot));
  }
}

NQ_CLONES void NAME(adam_adjoint)(size_t n, double alpha, double b1, double b2, double c1, double c2,
                                  double eps, const T *restrict g, const T *restrict m,
                                  const T *restrict s, const T *restrict wa, T *restrict ma, T *restrict sa,
                                  T *restrict ga, double slopes[3]) {
  NQ_FAST
  const T p1 = (T)b1, r1 = (T)(1 - b1), p2 = (T)b2, r2 = (T)(1 - b2), e = (T)eps;
  const T a = (T)(alpha / c1), i2 = (T)(1 / c2);
  double byStep = 0, byDecay = 0;
  for (size_t i = 0; i < n; i++) {
    const T m1 = p1 * m[i] + r1 * g[i];
    const T s1 = p2 * s[i] + r2 * g[i] * g[i];
    const T root = SQRT(s1 * i2);
    const T inverse = 1 / (root + e);
    byStep += (double)wa[i] * (double)(m1 * inverse);
    const T m2 = ma[i] - a * wa[i] * inverse;
    const T s2 = sa[i] + (root > 0 ? a * wa[i] * m1 * inverse * inverse * i2 / (2 * root) : 0);
    byDecay += (double)m2 * (double)(m[i] - g[i]);
    ga[i] = r1 * m2 + 2 * r2 * g[i] * s2;
    ma[i] = p1 * m2;
    sa[i] = p2 * s2;
  }
  slopes[0] = -byStep / c1;
  slopes[1] = byDecay;
  slopes[2] = alpha * byStep / (c1 * c1);
}
