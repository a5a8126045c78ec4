import Foundation
import TestSupport
import Testing

/// What the other tests rely on when they run programs.
@Suite struct ProgramRunTests {
  private let shell = URL(fileURLWithPath: "/bin/sh")

  @Test("A program may say more on either stream than a pipe holds, in any order")
  func manyWords() throws {
    let script = "head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero; echo end; echo end >&2; exit 3"
    let run = try Scratch().run(shell, ["-c", script], limit: 60)
    #expect(run.status == 3)
    #expect(run.output.count == 300_004 && run.output.hasSuffix("end\n"))
    #expect(run.errors.count == 300_004 && run.errors.hasSuffix("end\n"))
  }

  @Test("A program that does not end is ended, and one that is missing is named")
  func failures() throws {
    let scratch = try Scratch()
    #expect(throws: Scratch.Failure.self) { try scratch.run(shell, ["-c", "exec sleep 600"], limit: 0.1) }
    #expect(throws: Scratch.Failure.self) { try scratch.run("no-such-program", []) }
    #expect(try scratch.names().isEmpty)
  }

  @Test("Progress is no complaint")
  func progress() {
    let progress = [
      "meta-optimize: drawing digits, 2 s", "meta-optimize: 33% done, 119 s left", "x: 1% done, 3 min left",
      "x: 1% done, 20 h left", "x: 0% done, months left",
    ].map { $0 + "\n" }.joined()
    func run(_ errors: String) -> ProgramRun { ProgramRun(status: 64, output: "", errors: errors) }
    #expect(run(progress).complaints.isEmpty && !run(progress).isOneComplaint)
    #expect(run(progress + "x: --a is 2, expected 3\n").complaints == "x: --a is 2, expected 3")
    #expect(run(progress + "x: --a is 2\n").isOneComplaint)
    for errors in ["", "\n", "x: --a is 2", "x: --a is 2\n\n", "x: --a is 2\nmore\n"] {
      #expect(!run(errors).isOneComplaint, "\(errors)")
    }
  }
}
