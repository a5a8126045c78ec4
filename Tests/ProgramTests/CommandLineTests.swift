import Foundation
import TestSupport
import Testing

/// What all programs accept on their command lines, and what they say of the rest.
@Suite struct CommandLineTests {
  static let commands = [
    ["compare-horizons"], ["schedule-gap"], ["meta-surface"], ["schedule-shapes", "shapes"],
    ["schedule-shapes", "phases"], ["calibrated-comparison"],
    ["meta-optimize", "offline"], ["meta-optimize", "online"], ["problem-from-spectrum"],
    ["schedule-from-curves"], ["sweep"], ["rank-schedules"], ["batch-size-scaling"],
  ]

  /// All commands, or without long tests half of them: they share the code that refuses.
  static let some = LongTest.isAsked ? commands : [commands[0], commands[1], commands[3], commands[8]]

  /// Every option is tried in long tests only. Networks take longer to load, so that fewer of theirs are.
  private func stride(_ command: [String]) -> Int {
    (command[0].hasPrefix("meta-o") ? 4 : 1) * (LongTest.isAsked ? 1 : 8)
  }

  /// A mistake that one line names, with nothing written.
  private func refuse(
    _ command: [String], _ arguments: [String], _ expected: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let scratch = try Scratch()
    let result = try scratch.run(command[0], command.dropFirst() + arguments)
    let line = result.complaints
    #expect(result.status == 64, "\(command) \(arguments)", sourceLocation: sourceLocation)
    #expect(result.output.isEmpty, "\(command) \(arguments)", sourceLocation: sourceLocation)
    #expect(
      expected.allSatisfy { line.contains($0) } && line.count(where: \.isNewline) <= 1,
      "\(command) \(arguments): \(line)", sourceLocation: sourceLocation)
    #expect(try scratch.names().isEmpty, sourceLocation: sourceLocation)
  }

  /// Every option of a command by its help, with the name of its value, if it has one.
  private func options(_ command: [String]) throws -> [(name: String, value: String?)] {
    let help = try Scratch().run(command[0], command.dropFirst() + ["--help"]).output
    return help.split(separator: "\n").compactMap { line in
      guard let match = line.firstMatch(of: /^ {2,6}(?:-h, )?(--[a-z-]+)(?: <([^>]+)>)?(?: |$)/) else {
        return nil
      }
      return (String(match.1), match.2.map(String.init))
    }.filter { !["--help", "--version"].contains($0.name) }
  }

  @Test("An option given twice is refused, whichever it is and however it is written", arguments: some)
  func repetition(_ command: [String]) throws {
    let options = try options(command)
    #expect(options.count >= 5)
    for (i, option) in options.enumerated() where i % stride(command) == 0 {
      let once = option.value == nil ? [option.name] : i % 2 == 0 ? [option.name, "1"] : [option.name + "=1"]
      let again =
        option.value == nil ? [option.name] : i % 3 == 0 ? [option.name, "1"] : [option.name + "=2"]
      try refuse(command, once + again, ["\(option.name) is given twice, expected once"])
    }
  }

  @Test("What follows an option is its value, also where it looks like an option")
  func valuesThatLookLikeOptions() throws {
    try refuse(
      ["compare-horizons"], ["--horizon", "--horizon"], ["--horizon is --horizon, expected an integer"])
    try refuse(["compare-horizons"], ["--output=--quiet", "--quiet", "--horizon=x"], ["--horizon is x"])
  }

  @Test(
    "Mistakes in writing options are said in one line that names the mend",
    arguments: LongTest.cases([
      (["compare-horizons", "-horizon", "3"], "-horizon begins with one dash, expected --horizon"),
      (["compare-horizons", "--quiet", "-held"], "-held begins with one dash, expected --held"),
      (["compare-horizons", "-help"], "-help begins with one dash, expected --help"),
      (["compare-horizons", "-50"], "-50 begins with one dash, expected two dashes"),
      (["schedule-gap", "-horizon=3"], "-horizon=3 begins with one dash, expected --horizon"),
      (["meta-optimize", "online", "-hidden", "5"], "-hidden begins with one dash, expected --hidden"),
      (["compare-horizons", "--horizn", "-50"], "Unknown option '--horizn'"),
      (["compare-horizons", "--horizon", "-held"], "--horizon is -held, expected an integer"),
      (["compare-horizons", "--output", "--quiet"], "--output is --quiet, expected a path, or ./--quiet"),
      (["compare-horizons", "--problem", "--held"], "--problem is --held, expected a path, or ./--held"),
      (
        ["meta-optimize", "offline", "--data", "--images", "5"],
        "--data is --images, expected a path, or ./--images"
      ),
      (["meta-optimize", "--quick", "offline"], "--quick stands before the command, expected after it"),
      (["compare-horizons", "--horizon="], "--horizon is empty, expected an integer ≥ 1"),
      (["compare-horizons", "--horizon", ""], "--horizon is empty, expected an integer ≥ 1"),
      (["compare-horizons", "--output="], "--output is empty, expected a directory"),
      (["compare-horizons", "--lookahead", ""], "--lookahead is empty, expected integers ≥ 1"),
      (
        ["compare-horizons", "--lookahead", "2,5,"],
        "--lookahead is 2,5, (entry 3 is empty), expected integers ≥ 1, separated by commas"
      ),
      (
        ["meta-surface", "--horizons", "100,,200"],
        "--horizons is 100,,200 (entry 2 is empty), expected integers from 1 to 1000000000"
      ),
      (
        ["meta-optimize", "online", "--starts", "0.1,x"],
        "--starts is 0.1,x (entry 2 is x), expected finite numbers > 0, separated by commas"
      ),
      (
        ["compare-horizons", "--horizon", "9223372036854775808"],
        "--horizon is 9223372036854775808, expected an integer from 1 to 9223372036854775807"
      ),
      (
        ["compare-horizons", "--lookahead", "2,9223372036854775808"],
        "(entry 2 is 9223372036854775808), expected integers from 1 to 9223372036854775807, separated"
      ),
    ]))
  func mistypedOptions(_ command: [String], _ expected: String) throws {
    try refuse([command[0]], Array(command.dropFirst()), [expected])
  }

  @Test("Options that contradict each other are refused before images are read")
  func beforeImages() throws {
    for (arguments, expected) in [
      (
        ["--momentum-gaps", "0.1,2"],
        "--momentum-gaps is 0.1,2, expected two numbers > 0 and ≤ 1, the smaller"
      ),
      (["--starts", "1e-9"], "--learning-rate or one of --starts, divided by 1 - momentum, is "),
      (
        ["--momentum", "0.99999", "--learning-rate", "1e-5", "--starts", "1e-5"],
        "1 - momentum of --momentum is"
      ),
    ] {
      try refuse(["meta-optimize", "online"], ["--data", "nowhere"] + arguments, [expected])
    }
  }

  @Test("Names, files and directories are offered to the shell, from the declarations of the options")
  func completion() throws {
    func script(_ program: String) throws -> String {
      let result = try Scratch().run(program, ["--generate-completion-script", "fish"])
      #expect(result.status == 0 && result.complaints.isEmpty)
      return result.output
    }
    let gap = try script("schedule-gap")
    for names in [["wu2018", "zhang2019"], ["paper", "2/hmax"], ["constant", "warmup-stable-decay"]] {
      #expect(names.allSatisfy { gap.contains($0) }, "\(names)")
    }
    let output = try #require(gap.split(separator: "\n").last { $0.contains("-l 'output'") })
    #expect(output.contains("complete_directories"))
    let meta = try script("meta-optimize")
    for names in [["mlp", "cnn"], ["relu", "tanh"]] { #expect(names.allSatisfy { meta.contains($0) }) }
  }

  @Test("The defaults of --quick are those that the help states and the JSON file holds")
  func quickDefaults() throws {
    let scratch = try Scratch()
    let help = try scratch.run("meta-optimize", ["online", "--help"]).output
    #expect(help.contains("(default: 50000, with --quick 6000)"))
    let result = try scratch.run(
      "meta-optimize",
      [
        "online", "--quick", "--images", "20", "--hidden", "2", "--batch-size", "5", "--steps", "10",
        "--no-deterministic", "--no-plots", "--quiet",
      ])
    #expect(result.status == 0, "\(result.errors)")
    let json = try scratch.read("meta-optimize/online.json")
    for member in ["\"steps\": 10", "\"metaSteps\": 5", "\"evaluationBatches\": 100", "\"starts\": [0.1]"] {
      #expect(json.contains(member), "\(member)")
    }
  }

  /// What a command needs besides.
  private func needed(_ command: [String]) -> [String] {
    command == ["schedule-gap"] ? ["--family", "constant:learningRate=1"] : []
  }

  @Test("Numbers are plain decimals, for every option", arguments: some)
  func plainDecimals(_ command: [String]) throws {
    let texts = [
      "0x10", "nan", "+5", "0x1p3", "inf", " 5", "5 ", "\u{0665}", "\u{FF15}", "1_000", "", "infinity",
      "1e999",
      "3\u{066B}5", "0b11", "5f", "five", "-", "1e", "-inf", "5\n",
    ]
    let words = ["file", "files", "folder", "directory", "directory ...", "name", "family"]
    for (i, option) in try options(command).enumerated() where i % stride(command) == i / 8 % stride(command)
    {
      guard let value = option.value, !words.contains(value) else { continue }
      for text in [texts[5 * i % texts.count], texts[(5 * i + 1) % texts.count]] {
        let whole = value == "low,high" ? "0.1," + text : text
        try refuse(command, needed(command) + [option.name, whole], [option.name + " is ", ", expected "])
      }
    }
  }

  @Test(
    "Options of which one leaves the other without a meaning",
    arguments: LongTest.cases([
      (["compare-horizons"], ["--no-momentum", "--momentum-limit", "0.5"]),
      (["compare-horizons"], ["--preset", "wu2018", "--problem", "x.json"]),
      (["meta-surface"], ["--meta-steps", "0", "--meta-rate", "0.1"]),
      (["meta-surface"], ["--preset", "wu2018", "--problem", "x.json"]),
      (["schedule-gap"], ["--family", "constant:learningRate=1", "--schedule", "x.csv"]),
      (["schedule-gap"], ["--schedule", "x.csv", "--horizon", "5"]),
      (["schedule-from-curves"], ["--continue", "x.csv", "--warmup", "5"]),
      (["meta-optimize", "online"], ["--window", "5"]),
      (["meta-optimize", "online"], ["--network", "cnn", "--hidden", "5"]),
      (["meta-optimize", "offline"], ["--meta-steps", "0", "--meta-rate", "0.1"]),
      (["meta-optimize", "offline"], ["--meta-steps", "0", "--longest-descent", "100"]),
      (["meta-optimize", "offline"], ["--meta-steps", "0", "--effective-rates", "0.1,1"]),
      (["meta-optimize", "offline"], ["--meta-steps", "0", "--exponent-limits", "0.1,1"]),
      (["meta-optimize", "offline"], ["--meta-steps", "0", "--gradient-limit", "1"]),
      (["meta-optimize", "online"], ["--meta-steps", "0", "--meta-rate", "0.1"]),
      (["meta-optimize", "online"], ["--meta-steps", "0", "--lookahead", "5"]),
      (["meta-optimize", "online"], ["--adaptation-steps", "0", "--interval", "5"]),
      (["meta-optimize", "online"], ["--adaptation-steps", "0", "--objective-batches", "5"]),
    ]))
  func contradictions(_ command: [String], _ arguments: [String]) throws {
    try refuse(command, arguments, [" exclude each other, expected one of them"])
  }

  @Test(
    "Errors name options as they are typed",
    arguments: LongTest.cases([
      (["calibrated-comparison", "--images", "60", "--batch-size", "70"], "--batch-size is 70, expected"),
      (
        ["calibrated-comparison", "--images", "60", "--hessian-images", "61"],
        "--hessian-images is 61, expected"
      ),
      (
        ["meta-optimize", "offline", "--images", "60", "--batch-size", "70"],
        "--batch-size is 70, expected at most the 60 images"
      ),
      (
        ["meta-optimize", "online", "--images", "200", "--momentum-gaps", "0.1,2"],
        "--momentum-gaps is 0.1,2, expected two numbers > 0 and ≤ 1"
      ),
      (
        ["meta-optimize", "online", "--images", "200", "--starts", "1e-9"],
        "--learning-rate or one of --starts, divided by 1 - momentum, is "
      ),
      (
        [
          "meta-optimize", "online", "--images", "200", "--momentum", "0.99999",
          "--learning-rate", "1e-5", "--starts", "1e-5",
        ],
        "1 - momentum of --momentum is "
      ),
      (
        ["meta-optimize", "online", "--images", "200", "--steps", "10", "--adaptation-steps", "11"],
        "--adaptation-steps is 11, expected at most the 10 of --steps"
      ),
      (
        ["meta-optimize", "offline", "--images", "200", "--network", "cnn", "--window", "63"],
        "--window is 63, expected an odd number"
      ),
      (
        ["schedule-shapes", "--output", ".", "--dimension", "1000000000000000000"],
        "--dimension is 1000000000000000000, "
      ),
      (["compare-horizons", "--horizon", "1000000000000"], "--horizon is 1000000000000, which"),
      (["meta-surface", "--horizons", "1000000000", "--grid", "2"], "--horizons is 1000000000, which"),
      (
        ["schedule-gap", "--family", "constant:learningRate=1", "--horizon", "1000000000000"],
        "--horizon is 1000000000000, which"
      ),
    ]))
  func fieldsAsTyped(_ command: [String], _ expected: String) throws {
    try refuse([command[0]], Array(command.dropFirst()), [expected])
  }

  @Test("A value is quoted up to 80 characters, with its length", .long, arguments: some)
  func longValues(_ command: [String]) throws {
    let long = String(repeating: "7", count: 3000) + "x"
    for (i, option) in try options(command).enumerated() {
      let value = option.value ?? ""
      // Columns have no meaning without a file.
      guard !command[0].hasPrefix("schedule-") || !option.name.hasSuffix("-column") else { continue }
      guard ["n", "steps", "name", "limit", "number", "mu"].contains(value), i % (2 * stride(command)) == 0
      else { continue }
      try refuse(command, needed(command) + [option.name, long], [option.name, "777…", "3001 characters"])
    }
    try refuse(command, [long], ["777…", "3001 characters"])
    try refuse(command, ["--" + long], ["777…", "characters"])
  }

  @Test("Of a very long path both ends are shown")
  func longPaths() throws {
    let path = String(repeating: "a/", count: 500) + "name"
    for option in ["--problem", "--schedule"] {
      let result = try Scratch().run(
        "schedule-gap", option == "--problem" ? needed(["schedule-gap"]) + [option, path] : [option, path])
      #expect(result.status == 66)
      #expect(
        result.errors.contains("cannot read a/a/") && result.errors.contains("/a/name (1004 characters)"))
      #expect(result.errors.count < 200)
    }
  }

  @Test(.long) func familyTextsAreCutAndPlain() throws {
    let long = String(repeating: "a", count: 500)
    try refuse(["schedule-gap"], ["--family", long], ["--family: the family is aaa", "…", "500 characters"])
    try refuse(
      ["schedule-gap"], ["--family", "constant:\(long)=1"], ["no parameter aaa", "…", "500 characters"])
    for text in ["0x1", "+1", "nan", "1e999"] {
      try refuse(
        ["schedule-gap"], ["--family", "constant:learningRate=\(text)"], ["learningRate is \(text)"])
    }
    try refuse(
      ["schedule-gap"], ["--family", "cosine:initialValue=1,transitionSteps=+5"], ["transitionSteps is +5"])
  }
}
