import Foundation
import NoisyQuadraticFiles
import TestSupport
import Testing

/// No result is lost to its trimmings, and nothing is left behind.
@Suite struct KeptResultsTests {
  private static let data = [
    "optimal-schedule.csv", "schedule-gap.csv", "schedule-gap.gp", "schedule-gap.json",
  ]
  private static let all = data + ["schedule-gap.png", "schedule-gap.svg"]
  private static let run =
    "\"$PROGRAMS/schedule-gap\" --preset two-dimensional --family cosine:initialValue=0.01 --horizon 5"

  @Test(
    "A picture that fails costs one line and status 69, and no result",
    arguments: [
      ("echo words; echo 'line 3: bad'; exit 1", "gnuplot: line 3: bad"), ("exit 0", "incomplete"),
      ("echo >schedule-gap.svg; echo >schedule-gap.png", "incomplete"), ("kill -9 $$", "no message"),
    ])
  func failingPictures(_ script: String, _ reason: String) throws {
    var shell = Shell(scratch: try Scratch())
    try shell.replaceGnuplot(by: script)
    let result = try shell.run(Self.run)
    #expect(result.status == 69)
    #expect(try shell.scratch.names(in: "schedule-gap") == Self.data)
    #expect(result.output.contains("given schedule") && result.output.contains("Written to"))
    let lines = result.errors.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].contains(reason) && lines[0].contains("schedule-gap.gp"), "\(result.errors)")
  }

  @Test(.long) func oneFailingPictureOfSeveralLeavesStatusZero() throws {
    var shell = Shell(scratch: try Scratch())
    try shell.replaceGnuplot(by: "case $2 in schedules.gp) exit 1;; esac; exec /usr/bin/gnuplot \"$@\"")
    let result = try shell.run(
      "\"$PROGRAMS/compare-horizons\" --preset two-dimensional --horizon 4 --lookahead 2,3")
    let names = try shell.scratch.names(in: "comparison")
    #expect(names.contains("comparison.json") && names.contains("schedules.gp"))
    #expect(!names.contains("schedules.svg"))
    guard PlotRenderer() != nil else { return }
    #expect(result.status == 0)
    #expect(names.contains("look-ahead.svg") && names.contains("fixed-rates.png"))
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  @Test(
    "Pictures do not depend on the settings of whoever draws them",
    .gnuplot)
  func settings() throws {
    var shell = Shell(scratch: try Scratch())
    #expect(try shell.run(Self.run + " --output plain").status == 0)
    try FileManager.default.createDirectory(
      atPath: shell.scratch.path + "/home/gnuplot", withIntermediateDirectories: true)
    for file in ["home/.gnuplot", "home/gnuplot/gnuplotrc"] {
      _ = try shell.scratch.write("set terminal qt\nset decimalsign ','\nset multiplot\n", to: file)
    }
    let home = shell.scratch.path + "/home"
    shell.environment.merge(
      [
        "HOME": home, "XDG_CONFIG_HOME": home, "GNUTERM": "qt", "GNUPLOT_LIB": home, "LC_ALL": "de_DE.UTF-8",
        "LC_NUMERIC": "de_DE.UTF-8", "CDPATH": "/usr",
      ], uniquingKeysWith: { $1 })
    let result = try shell.run(Self.run + " --output mine")
    #expect(result.status == 0, "\(result.errors)")
    for name in Self.all {
      let files = try ["plain", "mine"].map {
        try Data(contentsOf: shell.scratch.url.appendingPathComponent("\($0)/\(name)"))
      }
      // The options name the directory.
      if name != "schedule-gap.json" { #expect(files[0] == files[1], "\(name)") }
    }
  }

  @Test("Pictures are drawn for whoever ignores the end of other programs", .gnuplot)
  func ignoredChildren() throws {
    let shell = Shell(scratch: try Scratch())
    let result = try shell.run("trap '' CHLD; exec \(Self.run)")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try shell.scratch.names(in: "schedule-gap") == Self.all)
  }

  @Test(
    "Standard error that cannot be written stops nothing", .long,
    arguments: LongTest.isAsked
      ? ["2>/dev/full", "2>&-", "2>&1 >&- | true", "2>/dev/full >/dev/null"]
      : ["2>&-"])
  func unheardMessages(_ redirection: String) throws {
    var shell = Shell(scratch: try Scratch())
    // Slow enough for progress, and a warning at the end.
    try shell.replaceGnuplot(by: "sleep 2.2; exit 1")
    _ = try shell.run("\(Self.run) \(redirection); echo $? >status")
    #expect(try shell.scratch.names(in: "schedule-gap") == Self.data)
    let status = try shell.scratch.read("status").trimmingCharacters(in: .newlines)
    // In the pipe it is that of `true`.
    #expect(status == (redirection.contains("|") ? "0" : "69"))
    // A descriptor that was closed is not taken for a result's.
    #expect(try shell.scratch.read("schedule-gap/schedule-gap.json").hasPrefix("{"))
    #expect(!(try shell.scratch.read("schedule-gap/schedule-gap.json").contains("warning")))
  }

  @Test func wrongUsageIsStillThatWithoutStandardError() throws {
    let shell = Shell(scratch: try Scratch())
    for redirection in ["2>&-", "2>/dev/full"] {
      #expect(try shell.run("\(Self.run) --horizon x \(redirection)").status == 64)
    }
  }

  @Test func tablesThatCannotBePrintedAreStatus74AndFilesStay() throws {
    let shell = Shell(scratch: try Scratch())
    for redirection in [">/dev/full", ">&-"] {
      let result = try shell.run("\(Self.run) --no-plots \(redirection)")
      #expect(result.status == 74 && result.errors.contains("standard output"))
      #expect(
        try shell.scratch.names(in: "schedule-gap") == Self.data.filter { !$0.hasSuffix(".gp") })
    }
  }

  @Test(
    "A signal ends gnuplot with the program and leaves the results", .long,
    arguments: LongTest.cases([("TERM", 143), ("HUP", 129)]))
  func signals(_ name: String, _ status: Int) throws {
    var shell = Shell(scratch: try Scratch())
    try shell.replaceGnuplot(by: "echo $$ >../../pid; exec sleep 100")
    let result = try shell.run(
      """
      \(Self.run) >/dev/null &
      while [ ! -s pid ]; do sleep 0.05; done
      kill -\(name) $!
      wait $!
      echo $?
      while kill -0 $(cat pid) 2>/dev/null; do sleep 0.05; done
      """)
    #expect(result.output == "\(status)\n")
    #expect(try shell.scratch.names(in: "schedule-gap") == Self.data)
  }

  @Test(
    "An output that cannot be created is one line with the reason, and nothing is left behind",
    arguments: [
      ("'~/x'", "the shell did not expand ~"), ("'~'", "the shell did not expand ~"),
      ("loop/x", "symbolic links form a loop"), ("nowhere", "symbolic link to something that does not exist"),
      ("file", "a file of that name is in the way"),
      ("file/below", "file: a file of that name is in the way"),
      (String(repeating: "n", count: 300), "the name is too long"),
      ("new/" + String(repeating: "n", count: 300), "the name is too long"),
      (String(repeating: "n/", count: 3000), "the name is too long"), ("/proc/x", "cannot create /proc/x"),
      ("\"$(printf '\\377')\"", "is not UTF-8"),
    ])
  func impossibleOutputs(_ output: String, _ reason: String) throws {
    let shell = Shell(scratch: try Scratch())
    let before = ["file", "home", "loop", "nowhere"]
    _ = try shell.run("ln -s loop loop; ln -s gone nowhere; touch file; mkdir home")
    let result = try shell.run("HOME=$PWD/home \(Self.run) --output \(output)")
    #expect(result.status == (reason.contains("UTF-8") ? 64 : 73))
    #expect(result.errors.contains(reason), "\(result.errors)")
    #expect(result.errors.hasSuffix("\n") && result.errors.count(where: \.isNewline) == 1)
    #expect(result.output.isEmpty)
    #expect(try shell.scratch.names() == before)
    #expect(try shell.scratch.names(in: "home").isEmpty)
  }

  @Test(
    "Results that cannot be written whole are not written at all",
    arguments: [
      ("ulimit -f 4; ", "larger than the system allows"), ("mkdir -p out/schedule-gap.json; ", "directory"),
    ])
  func impossibleFiles(_ preparation: String, _ reason: String) throws {
    let shell = Shell(scratch: try Scratch())
    let result = try shell.run("\(preparation)\(Self.run) --output out")
    #expect(result.status == 74)
    #expect(result.errors.contains(reason), "\(result.errors)")
    let left = try shell.scratch.names()
    #expect(left == [] || left == ["out"])
    if left == ["out"] { #expect(try shell.scratch.names(in: "out") == ["schedule-gap.json"]) }
  }

  @Test func fewFilesThatMayBeOpenAreNoReasonToTrap() throws {
    for limit in LongTest.isAsked ? Array(4...12) : [4, 6, 8, 12] {
      let shell = Shell(scratch: try Scratch())
      let result = try shell.run("ulimit -n \(limit); exec \(Self.run) --no-plots")
      #expect([0, 73, 74].contains(result.status), "\(limit): \(result.status) \(result.errors)")
      if result.status != 0 { #expect(try shell.scratch.names().isEmpty) }
    }
  }

  @Test func picturesOfAnEarlierRunGoWhenTheNewOnesFail() throws {
    var shell = Shell(scratch: try Scratch())
    _ = try shell.run("mkdir schedule-gap; touch schedule-gap/schedule-gap.svg schedule-gap/mine.svg")
    try shell.replaceGnuplot(by: "exit 1")
    #expect(try shell.run(Self.run).status == 69)
    #expect(try shell.scratch.names(in: "schedule-gap") == ["mine.svg"] + Self.data)
  }
}
