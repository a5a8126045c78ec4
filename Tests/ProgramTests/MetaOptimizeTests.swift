import Foundation
import TestSupport
import Testing

/// The program `meta-optimize` as its users meet it.
@Suite struct MetaOptimizeTests {
  private let offline = [
    "offline", "--images", "300", "--hidden", "8", "--batch-size", "20", "--horizons", "5,20", "--samples",
    "6",
    "--meta-steps", "3", "--longest-descent", "20", "--evaluation-batches", "5",
  ]
  private let online = [
    "online", "--images", "300", "--hidden", "8", "--batch-size", "20", "--steps", "40", "--meta-steps", "2",
    "--starts", "0.01,0.1", "--evaluation-batches", "5", "--evaluation-interval", "10",
  ]

  private func json(_ scratch: Scratch, _ name: String) throws -> [String: Any] {
    let data = Data(try scratch.read("meta-optimize/\(name).json").utf8)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func offlineTableAndFiles() throws {
    let scratch = try Scratch()
    let result = try scratch.run("meta-optimize", offline + ["--no-plots"])
    #expect(result.status == 0 && result.complaints.isEmpty)
    #expect(result.output.contains("horizon") && result.output.contains("descents end at"))
    #expect(try scratch.names(in: "meta-optimize") == ["offline.csv", "offline.json"])
    let json = try json(scratch, "offline")
    #expect(json["format"] as? String == "noisy-quadratic/meta-optimize-offline")
    let horizons = try #require(json["horizons"] as? [[String: Any]])
    #expect(horizons.map { $0["horizon"] as? Int } == [5, 20])
    for horizon in horizons {
      let descents = try #require(horizon["descents"] as? [[String: Any]])
      #expect(descents.count == 2 && descents.allSatisfy { ($0["loss"] as? [Any])?.count == 3 })
    }
    #expect(try scratch.read("meta-optimize/offline.csv").split(separator: "\n").count == 7)
  }

  @Test func onlineTableAndFiles() throws {
    let scratch = try Scratch()
    let result = try scratch.run("meta-optimize", online + ["--no-plots"])
    #expect(result.status == 0 && result.complaints.isEmpty)
    #expect(try scratch.names(in: "meta-optimize") == ["online.csv", "online.json"])
    let runs = try #require(try json(scratch, "online")["runs"] as? [[String: Any]])
    #expect(
      runs.map { $0["name"] as? String } == ["fixed-0.1", "smd-0.01", "smd-0.1", "deterministic-0.1"])
    #expect(runs.map { $0["metaSteps"] as? Int } == [0, 4, 4, 4])
    #expect(runs.allSatisfy { ($0["steps"] as? [Int]) == [0, 10, 20, 30, 40] })
  }

  @Test(arguments: [["offline", "--help"], ["help", "offline"], ["online", "-h"]])
  func helpIsThatOfTheCommand(arguments: [String]) throws {
    let scratch = try Scratch()
    let result = try scratch.run("meta-optimize", arguments)
    #expect(result.status == 0 && result.complaints.isEmpty)
    #expect(result.output.contains("--gradient-limit"))
    #expect(result.output.contains(arguments.contains("offline") ? "--horizons" : "--lookahead"))
  }

  @Test(.long) func theConvolutionalNetworkRuns() throws {
    let scratch = try Scratch()
    let result = try scratch.run(
      "meta-optimize",
      [
        "online", "--network", "cnn", "--images", "40", "--batch-size", "4", "--steps", "4", "--meta-steps",
        "1",
        "--interval", "2", "--starts", "0.001", "--evaluation-batches", "2", "--no-plots",
      ])
    #expect(result.status == 0 && result.complaints.isEmpty)
    let options = try #require(try json(scratch, "online")["options"] as? [String: Any])
    #expect(options["window"] as? Int == 3 && options["hidden"] == nil)
  }

  @Test(.long, arguments: [["offline", "--warm-start-rate", "1e30"], ["online", "--deviation", "1e30"]])
  func runsThatAllDivergeAreWritten(arguments: [String]) throws {
    let scratch = try Scratch()
    let common = arguments[0] == "offline" ? offline : online
    let result = try scratch.run("meta-optimize", common + arguments.dropFirst())
    #expect(result.status == 0 && result.output.contains("diverged"), "\(result.complaints)")
    #expect(try scratch.names(in: "meta-optimize").contains("\(arguments[0]).json"))
  }

  @Test(.long) func threadsChangeNothing() throws {
    var texts: [String] = []
    for threads in ["1", "3"] {
      let scratch = try Scratch()
      let common = ["--no-plots", "--quiet", "--threads", threads]
      #expect(try scratch.run("meta-optimize", offline + common).output.isEmpty)
      #expect(try scratch.run("meta-optimize", online + common).output.isEmpty)
      texts.append(
        try scratch.read("meta-optimize/offline.json") + scratch.read("meta-optimize/online.json"))
    }
    #expect(texts[0] == texts[1])
  }

  @Test("Pictures are drawn where gnuplot is installed", .gnuplot, .long)
  func pictures() throws {
    let scratch = try Scratch()
    #expect(try scratch.run("meta-optimize", offline + ["--quiet"]).status == 0)
    #expect(try scratch.run("meta-optimize", online + ["--quiet"]).status == 0)
    let names = try scratch.names(in: "meta-optimize")
    for name in ["offline-surfaces", "offline-curves", "online"] {
      #expect(names.contains("\(name).svg") && names.contains("\(name).png"))
    }
  }

  private static let mistakes: [([String], String)] = [
    ([], "a command is missing"), (["sideways"], "sideways"),
    (["offline", "--samples", "0"], "--samples is 0"),
    (["offline", "--rates", "1,0.1"], "--rates is 1,0.1"),
    (["offline", "--momentum", "nan"], "--momentum is nan"),
    (["offline", "--horizons", "5,x"], "--horizons is 5,x (entry 2 is x)"),
    (["online", "--steps", "-3"], "--steps is -3"),
    (["online", "--starts", "0.1,0"], "--starts is 0.1,0 (entry 2 is 0)"),
    (["online", "--network", "rnn"], "--network is rnn"),
    (["online", "--images", "10", "--batch-size", "20"], "--batch-size is 20"),
    (["online", "--output", ""], "--output is empty"), (["offline", "--unknown"], "--unknown"),
    (["online", "--window", "4", "--network", "cnn", "--images", "10"], "--window is 4"),
    (["online", "--window", "5"], "--window and --network mlp exclude each other"),
    (
      ["offline", "--network", "cnn", "--activation", "tanh"],
      "--activation and --network cnn exclude each other"
    ),
    (["offline", "--images", "10", "--batch-size", "20"], "--batch-size is 20"),
    (
      ["online", "--images", "200", "--effective-rates", "1e-4,0.5"],
      "--learning-rate or one of --starts, divided by 1 - momentum, is 1"
    ),
  ]

  @Test(arguments: LongTest.cases(mistakes))
  func wrongUsageIsOneLine(arguments: [String], text: String) throws {
    let scratch = try Scratch()
    let result = try scratch.run("meta-optimize", arguments)
    #expect(result.status == 64, "\(result.complaints)")
    #expect(result.complaints.contains(text) && result.isOneComplaint)
    #expect(try !scratch.names().contains("meta-optimize"))
  }

  @Test func missingAndForeignDataIsSaid() throws {
    let scratch = try Scratch()
    let result = try scratch.run("meta-optimize", ["online", "--data", "nowhere"])
    #expect(result.status == 66 && result.complaints.contains("nowhere"))
  }

  @Test(.long) func aUnitOfOtherOptionsIsRefusedAndKept() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/meta-optimize/units", withIntermediateDirectories: true)
    let name = "meta-optimize/units/seed-0-fixed-0.1.unit"
    try "junk".write(toFile: "\(scratch.path)/\(name)", atomically: true, encoding: .utf8)
    let result = try scratch.run("meta-optimize", online + ["--no-plots"])
    #expect(result.status == 65 && result.complaints.contains("not the file of a unit"))
    #expect(try scratch.read(name) == "junk")
    #expect(try scratch.run("meta-optimize", online + ["--no-plots", "--restart"]).status == 0)
    #expect(try scratch.names(in: "meta-optimize") == ["online.csv", "online.json"])
    // A unit of another run is not looked at, and stays.
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/meta-optimize/units", withIntermediateDirectories: true)
    let stranger = "meta-optimize/units/seed-0-smd-0.7.unit"
    try "NQUNITS1 and more".write(toFile: "\(scratch.path)/\(stranger)", atomically: true, encoding: .utf8)
    #expect(try scratch.run("meta-optimize", online + ["--no-plots"]).status == 0)
    #expect(try scratch.read(stranger) == "NQUNITS1 and more")
  }
}
