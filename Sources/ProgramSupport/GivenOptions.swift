import ArgumentParser
import NoisyQuadraticFiles

/// What a user gave, whether or not it equals a default.
extension ParsableArguments {
  /// The text of an option on the command line; `nil` if the option was not given.
  package func given(_ option: String) -> String? {
    OptionNames(Self.self).given(in: CommandLine.arguments.dropFirst()).first { $0.name == option }?.text
  }

  /// Refuses options that have no meaning together with another option.
  package func refuse(_ options: String..., beside other: String) throws(Failure) {
    for option in options where given(option) != nil {
      throw .usage("\(option) and \(other) exclude each other, expected one of them")
    }
  }
}
