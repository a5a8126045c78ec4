import ArgumentParser
import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles

/// The common start, output and end of every program of this package.
package enum Program {
  /// The name by which the program was started.
  package static var name: String {
    URL(fileURLWithPath: CommandLine.arguments.first ?? "program").lastPathComponent
  }

  /// Parses the command line and runs `body`. A failure results in one line on standard error and an exit
  /// status.
  package static func main<Arguments: ParsableCommand>(_ body: (Arguments) throws(Failure) -> Void) {
    do {
      try body(try start())
    } catch {
      end(error.named(by: Arguments.self))
    }
  }

  /// Does the same for an asynchronous `body`.
  package static func main<Arguments: ParsableCommand>(
    _ body: (Arguments) async throws(Failure) -> Void
  ) async {
    do {
      try await body(try start())
    } catch {
      end(error.named(by: Arguments.self))
    }
  }

  /// Does the same for a program with several commands: `body` receives the requested one.
  package static func main<Root: ParsableCommand>(
    _ root: Root.Type, _ body: @Sendable (any ParsableCommand) async throws(Failure) -> Void
  ) async {
    do throws(Failure) {
      try prepare()
      let command = try parse(root)
      do throws(Failure) {
        try await body(command)
      } catch {
        throw error.named(by: type(of: command))
      }
    } catch {
      end(error)
    }
  }

  private static func start<Arguments: ParsableCommand>() throws(Failure) -> Arguments {
    try prepare()
    guard let arguments = try parse(Arguments.self) as? Arguments else {
      throw .usage("expected the options of \(name)")
    }
    return arguments
  }

  private static func prepare() throws(Failure) {
    Console.occupyDescriptors()
    // With the signals ignored, a file-size limit and a closed pipe are errors like a full disk and do not
    // end the process.
    signal(SIGXFSZ, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
    // Whoever ignores this signal cannot learn how another program ended.
    signal(SIGCHLD, SIG_DFL)
    interruption.install()
    // Swift replaces bytes that are not UTF-8, so that a path would name another file.
    for i in 1..<max(Int(CommandLine.argc), 1) {
      guard let bytes = CommandLine.unsafeArgv[i], String(validatingCString: bytes) != nil else {
        throw .usage("argument \(i) is not UTF-8, expected text in UTF-8")
      }
    }
  }

  private static func end(_ failure: Failure) -> Never {
    Console.complain(failure.message)
    exit(failure.status.rawValue)
  }

  /// Prints one or more lines on standard output.
  ///
  /// - Throws: ``Failure`` if standard output cannot be written to.
  package static func say(_ text: String) throws(Failure) {
    guard Console.say(text + "\n") else {
      throw Failure(status: .writeFailed, message: "cannot write to standard output")
    }
  }

  /// Prints a warning on standard error.
  package static func warn(_ text: String) { Console.complain("warning: \(text)") }

  /// Prints on standard error what was assumed about a file, with the options of a command that decide otherwise.
  package static func say(_ notes: [LogNote], of command: any ParsableArguments.Type) {
    let names = OptionNames(command)
    for note in notes { Console.complain(note.line(naming: names.option)) }
  }

  /// Undoes the program's unfinished work when a signal stops it.
  private static let interruption = Interruption()

  /// The request of a signal to stop.
  static var stop: StopRequest { interruption.stop }

  /// Checks and returns the directory that a program writes to. Nothing is created before the first file is
  /// written.
  ///
  /// - Throws: ``Failure`` if no file can be created there.
  package static func output(_ path: String) throws(Failure) -> OutputDirectory {
    try files { () throws(FileError) in try OutputDirectory(path, cleanup: interruption.cleanup) }
  }

  /// Converts a file error into a failure.
  package static func files<T>(_ body: () throws(FileError) -> T) throws(Failure) -> T {
    do throws(FileError) {
      return try body()
    } catch {
      throw Failure(error)
    }
  }

  /// Converts a library error into a failure.
  package static func solving<T>(_ body: () throws(NoisyQuadraticError) -> T) throws(Failure) -> T {
    do throws(NoisyQuadraticError) {
      return try body()
    } catch {
      throw Failure(error)
    }
  }

  /// Returns the arguments. Prints help or the version and exits if that is requested.
  private static func parse<Root: ParsableCommand>(_ root: Root.Type) throws(Failure) -> any ParsableCommand {
    let names = OptionNames(root)
    let arguments = names.arguments(CommandLine.arguments.dropFirst())
    // A command that is the default need not be named.
    if !root.configuration.subcommands.isEmpty, root.configuration.defaultSubcommand == nil,
      let option = arguments.first?.option
    {
      throw .usage("\(option) stands before the command, expected after it")
    }
    try names.refuseMistypedOptions(in: arguments)
    let command = Result { () throws(Failure) in try parsed(root, arguments.flatMap(\.words)) }
    // If a value is wrong in a line that repeats an option, the repetition is the first to mend.
    try names.refuseRepetition(in: arguments)
    return try command.get()
  }

  private static func parsed<Root: ParsableCommand>(
    _ root: Root.Type, _ words: [String]
  ) throws(Failure) -> any ParsableCommand {
    do {
      var command = try root.parseAsRoot(words)
      if type(of: command) == root
        || root.configuration.subcommands.contains(where: { type(of: command) == $0 })
      {
        return command
      }
      // This is one of the parser's own commands, whose error is the requested help.
      try command.run()
      throw CleanExit.helpRequest()
    } catch {
      // Each of these messages costs the parser as much as reading the command line.
      if root.exitCode(for: error) == .success {
        try say(root.fullMessage(for: error))
        exit(0)
      }
      let message = root.message(for: error)
      throw .usage(OptionRefusal.line(in: message) ?? cut(message))
    }
  }

  /// Shortens the quotations in a message of the parser.
  private static func cut(_ message: String) -> String {
    guard let first = message.firstIndex(of: "'"), let last = message.lastIndex(of: "'"), first < last else {
      return message
    }
    let quoted = message.index(after: first)..<last
    return message.replacingCharacters(in: quoted, with: message[quoted].cutForMessage)
  }
}
