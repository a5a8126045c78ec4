import Foundation
import TestSupport
import Testing

/// The program as its users meet it.
@Suite struct ScheduleShapesTests {
  @Test(.long) func tablesOfASmallRun() throws {
    let scratch = try Scratch()
    let result = try scratch.run(
      "schedule-shapes", ["--dimension", "5", "--horizons", "12", "--no-plots", "--output", "out"])
    #expect(result.status == 0)
    #expect(result.complaints.isEmpty)
    #expect(try scratch.names().isEmpty)
    let rows = result.output.split(separator: "\n").filter { $0.hasPrefix("|") }
      .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
    // Heads and rules of three tables; four exponents; times three noise scales; times two limits.
    #expect(rows.count == 6 + 4 + 12 + 8)
    let costs = rows.filter { $0.count == 10 && Double($0[0]) != nil }
    #expect(costs.count == 12)
    for row in costs {
      // No shape beats the optimum, and a power or a line is no worse than a constant.
      let ratios = row.dropFirst(4).compactMap { $0.split(separator: " ").first.flatMap { Double($0) } }
      #expect(ratios.count == 6)
      #expect(ratios.allSatisfy { $0 >= 1 })
      #expect(max(ratios[1], ratios[2], ratios[3]) <= ratios[0])
    }
  }

  @Test(.long) func pictures() throws {
    let scratch = try Scratch()
    let result = try scratch.run(
      "schedule-shapes", ["--dimension", "3", "--horizons", "3"])
    #expect(result.status == 0)
    let names = try scratch.names(in: "shapes")
    for plot in ["optimal-shapes", "practical-shapes"] {
      #expect(names.contains(plot + ".gp"))
      #expect(names.contains(plot + ".svg") == !result.output.contains("gnuplot is not installed"))
    }
  }

  @Test(.long) func quietPrintsNothing() throws {
    let scratch = try Scratch()
    let result = try scratch.run("schedule-shapes", ["--dimension", "2", "--horizons", "2", "--quiet"])
    #expect(result.status == 0 && result.output.isEmpty && result.complaints.isEmpty)
    #expect(try scratch.names(in: "shapes").contains("practical-shapes.gp"))
  }

  @Test(arguments: [
    ["--dimension", "0"], ["--dimension", "9999999999999"], ["--horizons", "1,x"], ["--horizons", "0"],
    ["--output", ""], ["--what"],
  ]) func wrongUsage(_ arguments: [String]) throws {
    let scratch = try Scratch()
    let result = try scratch.run("schedule-shapes", arguments)
    #expect(result.status == 64)
    #expect(result.errors.hasPrefix("schedule-shapes: "))
    #expect(result.isOneComplaint)
  }
}
