/// A constant rate and momentum and the loss there.
struct ConstantPoint: Sendable, Equatable {
  var alpha, mu, loss: Double
  /// Whether a search met its tolerance here.
  var converged = false
}
