import ArgumentParser
import NoisyQuadraticFiles

extension Option {
  /// Declares an option with a default, which the help text shows.
  ///
  /// - Parameters:
  ///   - wrappedValue: the default.
  ///   - form: the form of its text.
  ///   - help: what it means.
  ///   - valueName: what the help text calls its value.
  package init(wrappedValue: Value, _ form: OptionForm<Value>, _ help: String, value valueName: String)
  where Value: OptionValue {
    self.init(
      wrappedValue: wrappedValue, parsing: .unconditional,
      help: ArgumentHelp("\(help) (default: \(wrappedValue.typed))", valueName: valueName),
      completion: form.completion, transform: form.read)
  }

  /// Declares an option that may be absent.
  ///
  /// - Parameters:
  ///   - form: the form of its text.
  ///   - help: what it means and, if other options determine its default, that default.
  ///   - valueName: what the help text calls its value.
  package init<Given: OptionValue>(_ form: OptionForm<Given>, _ help: String, value valueName: String)
  where Value == Given? {
    self.init(
      parsing: .unconditional, help: ArgumentHelp(help, valueName: valueName), completion: form.completion,
      transform: form.read)
  }
}

extension ParsableArguments {
  /// The options that results depend on, for the JSON file, in the order of their declaration. Those of option
  /// groups are not among them.
  ///
  /// - Parameters:
  ///   - resolved: values that depend on more than the option itself. Options with the value `nil` are left out.
  ///   - keys: the keys of options that have other keys than the names of their properties.
  ///   - isQuick: whether the defaults are those of `--quick`.
  /// - Returns: keys and values.
  package func reported(
    _ resolved: [String: JSONValue?] = [:], keys: [String: String] = [:], isQuick: Bool = false
  ) -> [JSONValue.Member] {
    Mirror(reflecting: self).children.compactMap { child in
      guard let name = child.label.map({ String($0.drop { $0 == "_" }) }),
        !["output", "noPlots", "quiet"].contains(name),
        let argument = child.value as? any DeclaredArgument,
        let value = resolved[name] ?? argument.value?.json(isQuick: isQuick)
      else { return nil }
      return JSONValue.Member(keys[name] ?? name, value)
    }
  }
}

extension ParsableCommand {
  /// The program and its version, for the JSON file.
  package static var identity: [JSONValue.Member] {
    [
      .init("program", .string(configuration.commandName ?? "")),
      .init("programVersion", .string(configuration.version)),
    ]
  }
}
