import NetworkProgramSupport
import ProgramSupport

/// The command `offline`.
enum OfflineProgram {
  static func run(_ arguments: Offline) async throws(Failure) {
    try await SeedProgram.run(
      OfflinePlan(arguments), arguments.common.units, arguments.common.training,
      output: arguments.common.output)
  }
}
