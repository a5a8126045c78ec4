/// The learning rates of a warmup of w steps, t in 0 ..< w, toward a target rate.
public enum WarmupStart: Sendable, Equatable {
  /// `α_t = target · t/w`. Step 0 has the rate 0. This is the warmup of Hugging Face's schedules, and that of
  /// optax with `init_value` 0.
  case zero
  /// `α_t = target · (t+1)/w`. Step 0 has 1/w of the target, and the last step of the warmup has the target.
  case oneOverSteps
  /// `α_t = r + (target − r) · t/w`. Step 0 has the given rate r ≥ 0, as with `init_value` in optax.
  case rate(Double)
}
