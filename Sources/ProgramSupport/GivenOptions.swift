import ArgumentParser
import NoisyQuadraticFiles

/// What a user gave, whether or not it equals a default.
extension ParsableArguments {
  /// The text of an option on the command line; `nil` if the option was not given.
  package func given(_ option: String) -> String? {
    OptionNames(Self.self).arguments(CommandLine.arguments.dropFirst()).first { $0.option == option }
      .map { $0.value ?? "" }
  }

  /// Refuses options that have no meaning together with another option.
  ///
  /// - Throws: ``Failure`` for the first of them that was given.
  package func refuse(_ options: String..., beside other: String) throws(Failure) {
    for option in options where given(option) != nil {
      throw .usage("\(option) and \(other) exclude each other, expected one of them")
    }
  }
}
