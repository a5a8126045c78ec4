extension [String] {
  /// These arguments followed by others, without the options that the others have too.
  package func with(_ others: [String]) -> [String] {
    var kept: [String] = []
    var isDropped = false
    for argument in self {
      if argument.hasPrefix("--") { isDropped = others.contains(argument) }
      if !isDropped { kept.append(argument) }
    }
    return kept + others
  }
}
