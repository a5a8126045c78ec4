import ArgumentParser
import Foundation
import NoisyQuadratic
import NoisyQuadraticFiles

/// How every program of this package starts, speaks and ends.
package enum Program {
  /// The name the program was started by.
  package static var name: String {
    URL(fileURLWithPath: CommandLine.arguments.first ?? "program").lastPathComponent
  }

  /// Parses the command line and runs `body`; a failure is one line on standard error and an exit status.
  package static func main<Arguments: ParsableCommand>(_ body: (Arguments) throws(Failure) -> Void) {
    do {
      try body(try start())
    } catch {
      end(error.named(by: Arguments.self))
    }
  }

  /// The same for a `body` that awaits.
  package static func main<Arguments: ParsableCommand>(
    _ body: (Arguments) async throws(Failure) -> Void
  ) async {
    do {
      try await body(try start())
    } catch {
      end(error.named(by: Arguments.self))
    }
  }

  /// The same for a program of several commands: `body` gets the one that was asked for.
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
    // A file-size limit and a closed pipe are then errors like a full disk, not the end of the process.
    signal(SIGXFSZ, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
    // Whoever ignores this signal cannot learn how another program ended.
    signal(SIGCHLD, SIG_DFL)
    interruption.install()
    // Swift replaces what is not UTF-8, so that a path would name another file.
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

  /// Prints a line, or several, on standard output.
  package static func say(_ text: String) throws(Failure) {
    guard Console.say(text + "\n") else {
      throw Failure(status: .writeFailed, message: "cannot write to standard output")
    }
  }

  /// Ends the program's unfinished work when a signal stops it.
  private static let interruption = Interruption()

  /// The directory that a program writes to, checked. Nothing is created before the first file is written.
  package static func output(_ path: String) throws(Failure) -> OutputDirectory {
    try files { () throws(FileError) in try OutputDirectory(path, cleanup: interruption.cleanup) }
  }

  /// Turns a file error into a failure.
  package static func files<T>(_ body: () throws(FileError) -> T) throws(Failure) -> T {
    do throws(FileError) {
      return try body()
    } catch {
      throw Failure(error)
    }
  }

  /// Turns an error of the library, which what the user asked for has caused, into a failure.
  package static func solving<T>(_ body: () throws(NoisyQuadraticError) -> T) throws(Failure) -> T {
    do throws(NoisyQuadraticError) {
      return try body()
    } catch {
      throw .usage(error)
    }
  }

  /// The arguments; prints help or the version and exits if asked to.
  private static func parse<Root: ParsableCommand>(_ root: Root.Type) throws(Failure) -> any ParsableCommand {
    let command = try parsed(root)
    try OptionNames(type(of: command)).refuseRepetition(in: CommandLine.arguments.dropFirst())
    return command
  }

  private static func parsed<Root: ParsableCommand>(_ root: Root.Type) throws(Failure) -> any ParsableCommand
  {
    do {
      var command = try root.parseAsRoot()
      if type(of: command) == root
        || root.configuration.subcommands.contains(where: { type(of: command) == $0 })
      {
        return command
      }
      // A command of the parser's own, whose error is the help that was asked for.
      try command.run()
      throw CleanExit.helpRequest()
    } catch {
      let text = root.fullMessage(for: error)
      if root.exitCode(for: error) == .success {
        try say(text)
        exit(0)
      }
      throw .usage(cut(root.message(for: error)))
    }
  }

  /// A message of the parser with what it quotes cut.
  private static func cut(_ message: String) -> String {
    guard let first = message.firstIndex(of: "'"), let last = message.lastIndex(of: "'"), first < last else {
      return message
    }
    let quoted = message.index(after: first)..<last
    return message.replacingCharacters(in: quoted, with: message[quoted].cutForMessage)
  }
}
