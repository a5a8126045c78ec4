import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

/// Shows short-horizon bias in a real network: learning rates chosen offline and online.
@main
struct MetaOptimize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "meta-optimize",
    abstract:
      "Finds learning rates of a network by gradients through its training, a few or many steps ahead.",
    discussion: """
      offline: the inverse-time decay that is best after 100, 1000, 5000 and 20000 steps (Wu et al. 2018, \
      Figures 5 and 6). online: rate and momentum adapted while the network trains, looking 5 steps ahead \
      (Figures 7 and 8). Digits are drawn by the program unless --data names a folder with MNIST or CIFAR-10.

      Long runs save their units of work into the output directory and go on from there when the same command is \
      given again; the results are the same, bit for bit, for the same seed, whenever they were interrupted and on \
      any number of threads. Units can be done by many processes and machines, and merged (Docs/Clusters.md).

      Example, two minutes:

        meta-optimize offline --quick

      Training that diverges is a result. \(Failure.statusesWithUnits)
      """,
    version: PackageVersion.current,
    subcommands: [Offline.self, Online.self])

  static func main() async {
    // The program's own threads keep the cores busy.
    BLASThreads.enter()
    await Program.main(Self.self) { command throws(Failure) in
      switch command {
      case let offline as Offline: try await OfflineProgram.run(offline)
      case let online as Online: try await OnlineProgram.run(online)
      default: throw .usage("a command is missing, expected offline or online")
      }
    }
  }
}
