import Foundation
import Testing

/// Every derivation and algorithm with an id has a test or is prose, and `Docs/DerivationIndex.md` says where
/// each one is used.
///
/// `NOISY_QUADRATIC_WRITE_INDEX=1 swift test --filter DerivationIndexTests` writes that page anew.
@Suite struct DerivationIndexTests {
  /// Ids that nothing can test, and the reason.
  private static let prose = [
    "S12": "moved to L1–L4", "L6": "a step of the proof of L7, whose tests cover it",
    "N6": "the limits of the model, in words",
  ]

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private struct Derivation {
    let id, title, page: String
    var sources: [String] = []
    var tests: [String] = []
  }

  /// The ids that a text cites, those within ranges such as C1–C3 included.
  private static func ids(in text: String) -> Set<String> {
    var found: Set<String> = []
    for match in text.matches(of: /\b([A-Z])([0-9]{1,2})(?:–([A-Z]?)([0-9]{1,2}))?\b/) {
      guard let first = Int(match.2) else { continue }
      let last = match.4.flatMap { Int($0) } ?? first
      let isRange = match.3.map { $0.isEmpty || $0 == match.1 } ?? true
      for number in first...max(isRange ? last : first, first) { found.insert("\(match.1)\(number)") }
    }
    return found
  }

  /// The derivations and algorithms in the order of their pages, with the files that cite them.
  private static let derivations = Result { try readDerivations() }

  private static func readDerivations() throws -> [Derivation] {
    var derivations = try ["Derivations", "Algorithms"].flatMap { page in
      try String(contentsOf: root.appendingPathComponent("Docs/\(page).md"), encoding: .utf8)
        .split(separator: "\n").compactMap { line -> Derivation? in
          guard let match = line.firstMatch(of: /^\*\*([A-Z][0-9]+) — ([^*]*?)\.?\*\*/) else { return nil }
          return Derivation(id: String(match.1), title: String(match.2), page: page)
        }
    }
    for (folder, isTest) in [("Sources", false), ("Tests", true)] {
      let files = FileManager.default.enumerator(
        at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil)?.allObjects
      let urls = (files ?? []).compactMap { $0 as? URL }
        .filter { ["swift", "c", "h"].contains($0.pathExtension) && !$0.path.contains("/.build") }
        .filter { $0.lastPathComponent != "DerivationIndexTests.swift" }
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
      for url in urls {
        let cited = ids(in: try String(contentsOf: url, encoding: .utf8))
        for i in derivations.indices where cited.contains(derivations[i].id) {
          if isTest {
            derivations[i].tests.append(url.deletingPathExtension().lastPathComponent)
          } else {
            derivations[i].sources.append(url.deletingPathExtension().lastPathComponent)
          }
        }
      }
    }
    return derivations
  }

  @Test("Every derivation is cited by a test or is prose")
  func tested() throws {
    let derivations = try Self.derivations.get()
    #expect(derivations.count > 80)
    #expect(Set(derivations.map(\.id)).count == derivations.count)
    for derivation in derivations {
      #expect(derivation.tests.isEmpty == (Self.prose[derivation.id] != nil), "\(derivation.id)")
    }
  }

  @Test("The index is that of the sources")
  func index() throws {
    var text = """
      # Where each derivation is used

      A test writes this page (`NOISY_QUADRATIC_WRITE_INDEX=1 swift test --filter DerivationIndexTests`)
      and fails if it is out of date. Sections are on the pages [Derivations](Derivations.md) and
      [Algorithms](Algorithms.md).

      | id | section | page | files that cite it | tests that cite it |
      |---|---|---|---|---|

      """
    for derivation in try Self.derivations.get() {
      let tests = Self.prose[derivation.id].map { "none: \($0)" } ?? derivation.tests.joined(separator: ", ")
      let sources = derivation.sources.joined(separator: ", ")
      text += "| \(derivation.id) | \(derivation.title) | \(derivation.page) | \(sources) | \(tests) |\n"
    }
    let page = Self.root.appendingPathComponent("Docs/DerivationIndex.md")
    if ProcessInfo.processInfo.environment["NOISY_QUADRATIC_WRITE_INDEX"] != nil {
      try text.write(to: page, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: page, encoding: .utf8) == text)
  }
}
