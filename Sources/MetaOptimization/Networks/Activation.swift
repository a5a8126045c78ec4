/// The nonlinearity between layers.
public enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
  /// `max(z, 0)`, with slope 0 at 0.
  case relu
  /// `tanh z`.
  case tanh

  /// The number of the C loops for it; 0 is none.
  var kind: Int32 { self == .relu ? 1 : 2 }
}
