import ProgramSupport

/// The kind of network that is trained.
enum NetworkKind: String, CaseIterable, OptionValue {
  case mlp, cnn

  /// The kinds in words, for the help text.
  static var summary: String {
    allCases.map { kind in
      switch kind {
      case .mlp: return "\(kind.rawValue) (dense layers)"
      case .cnn: return "\(kind.rawValue) (three convolutions with ReLU and a dense layer)"
      }
    }.alternatives
  }
}
