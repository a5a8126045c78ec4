import NetworkProgramSupport
import ProgramSupport

/// The command `online`.
enum OnlineProgram {
  static func run(_ arguments: Online) async throws(Failure) {
    try await SeedProgram.run(
      OnlinePlan(arguments), arguments.common.units, arguments.common.training,
      output: arguments.common.output)
  }
}
