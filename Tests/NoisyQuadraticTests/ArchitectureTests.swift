import Foundation
import Testing

/// Folders of the library name types of lower folders only, and no files form a circle (Docs: Architecture).
@Suite struct ArchitectureTests {
  /// The folders, the lowest first. Those of one layer do not know each other.
  private static let layers: [[String]] = [
    ["Support"], ["LinearAlgebra"], ["Optimization", "Model"], ["Schedules", "Spectra"],
    ["Schedules/Families", "Rules"],
    ["Compression", "Dynamics"],
    ["Dynamics/LinearRules"],
    ["Solvers"], ["Solvers/Greedy", "Solvers/Constant", "Solvers/ContinuousLimit"],
    ["Solvers/Family", "Solvers/FullHorizon"],
    ["Solvers/Receding", "Solvers/GrowthLimited", "Solvers/LinearRule", "Solvers/BatchSchedule"], ["Bounds"],
    ["Bounds/DynamicProgramming", "Bounds/SharedExponents", "Bounds/CommonClock"], ["Bounds/Certificate"],
    ["Analysis", "Analysis/Ranking"], ["Analysis/Phases", "Analysis/StepsToTarget"],
  ]

  /// A source file: its folder, its name, the types that it defines, and all words that could name one.
  private struct File {
    let folder, name: String
    let types, words: Set<String>

    init(_ url: URL, below root: URL) throws {
      let parts = url.path.dropFirst(root.path.count + 1).split(separator: "/").map(String.init)
      folder = parts.dropLast().joined(separator: "/")
      name = parts.last ?? ""
      let keywords: Set = ["struct", "class", "enum", "protocol", "actor", "typealias"]
      var (types, words) = (Set<String>(), Set<String>())
      for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") {
        let code = Self.code(line)
        let names = code.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        words.formUnion(names.filter { $0.first?.isUppercase == true })
        // Nested types are the business of the type around them.
        if line.first?.isLetter == true, let i = names.firstIndex(where: keywords.contains),
          i + 1 < names.count
        {
          types.insert(names[i + 1])
        }
      }
      (self.types, self.words) = (types, words)
    }

    /// A line without its comment and without the contents of string literals.
    private static func code(_ line: Substring) -> Substring {
      var (result, isString) = (Substring(), false)
      var rest = line[...]
      while let character = rest.popFirst() {
        if character == "\\", isString {
          rest = rest.dropFirst()
        } else if character == "\"" {
          isString.toggle()
        } else if !isString {
          if character == "/", rest.first == "/" { return result }
          result.append(character)
        }
      }
      return result
    }
  }

  private static func files() throws -> [File] {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let root = tests.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/NoisyQuadratic").standardizedFileURL
    let urls = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects ?? []
    return try urls.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
      .map { try File($0.standardizedFileURL, below: root) }
      .sorted { ($0.folder, $0.name) < ($1.folder, $1.name) }
  }

  /// For every file the indices of the others whose types it names.
  private static func arrows(_ files: [File]) -> [[Int]] {
    files.indices.map { i in
      files.indices.filter { $0 != i && !files[$0].types.isDisjoint(with: files[i].words) }
    }
  }

  @Test("Folders name types of lower folders only")
  func folders() throws {
    let files = try Self.files()
    #expect(files.count > 100)
    var layer: [String: Int] = [:]
    for (i, folders) in Self.layers.enumerated() { for folder in folders { layer[folder] = i } }
    for (file, targets) in zip(files, Self.arrows(files)) {
      let own = try #require(layer[file.folder], "\(file.folder) is in no layer")
      for target in targets.map({ files[$0] }) where target.folder != file.folder {
        let other = try #require(layer[target.folder])
        #expect(
          other < own, "\(file.folder)/\(file.name) names a type of \(target.folder)/\(target.name)")
      }
    }
  }

  @Test("No files form a circle")
  func circles() throws {
    let files = try Self.files()
    let arrows = Self.arrows(files)
    // Files that name no file that is left are taken away, again and again: a circle stays.
    var left = Set(files.indices)
    while let next = left.first(where: { i in !arrows[i].contains { $0 != i && left.contains($0) } }) {
      left.remove(next)
    }
    #expect(left.isEmpty, "\(left.sorted().map { files[$0].name })")
  }
}
