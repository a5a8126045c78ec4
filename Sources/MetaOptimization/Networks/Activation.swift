/// The nonlinearity between layers.
public enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
  /// `max(z, 0)`, with slope 0 at 0.
  case relu
  /// `tanh z`.
  case tanh

  /// The code of the activation in the C loops; 0 means none.
  var kind: Int32 { self == .relu ? 1 : 2 }
}
