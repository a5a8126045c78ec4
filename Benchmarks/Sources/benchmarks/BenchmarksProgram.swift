import ArgumentParser
import Foundation

/// Measures the library. The command `bounds` follows proofs, `curve-recovery` fits
/// simulated curves, and `real-training` trains a network. A hidden
/// command does one measurement that must have a process of its own.
@main
enum BenchmarksProgram {
  static func main() {
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      switch arguments.first {
      case SolveCommand.name:
        try SolveCommand.run(parse(SolveArguments.self, Array(arguments.dropFirst())))
      case CurveCommand.name:
        try CurveCommand.run(parse(CurveArguments.self, Array(arguments.dropFirst())))
      case NetworkCommand.name:
        try NetworkCommand.run(parse(NetworkArguments.self, Array(arguments.dropFirst())))
      case BoundsCommand.name:
        try BoundsCommand.run(parse(BoundsArguments.self, Array(arguments.dropFirst())))
      case RecoveryCommand.name:
        try RecoveryCommand.run(parse(RecoveryArguments.self, Array(arguments.dropFirst())))
      case RealTrainingCommand.name:
        try RealTrainingCommand.run(parse(RealTrainingArguments.self, Array(arguments.dropFirst())))
      default:
        try MeasureCommand(parse(MeasureArguments.self, arguments)).run()
      }
    } catch {
      let failure = error as? Failure ?? Failure(.internal, "\(error)")
      let line = failure.message.split(whereSeparator: \.isNewline).joined(separator: " ")
      try? FileHandle.standardError.write(contentsOf: Data("benchmarks: \(line)\n".utf8))
      exit(failure.status.rawValue)
    }
  }

  /// The arguments; prints help and exits if asked to, and turns what is wrong into one line.
  private static func parse<Arguments: ParsableArguments>(
    _ type: Arguments.Type, _ arguments: [String]
  ) throws(Failure) -> Arguments {
    do {
      return try Arguments.parse(arguments)
    } catch {
      let text = Arguments.fullMessage(for: error)
      if Arguments.exitCode(for: error) == .success {
        print(text)
        exit(0)
      }
      let first = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "wrong usage"
      throw Failure(.usage, first.replacing("Error: ", with: ""))
    }
  }
}
