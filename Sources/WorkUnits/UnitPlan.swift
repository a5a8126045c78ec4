import NoisyQuadratic
import NoisyQuadraticFiles

/// The units of a program's work under given options, and how each of them is done.
///
/// The number of a unit is its place in ``units``. Equal options give equal numbers and names on every machine.
public struct UnitPlan<Work: ResumableWork>: Sendable {
  /// Returns the options on which the result of a unit depends.
  public typealias Configuration = @Sendable (_ unit: Int) -> [JSONValue.Member]
  /// Returns the state of a unit before its first step, given the finished units that it needs, in the order of
  /// ``WorkUnit/needs``.
  public typealias Beginning = @Sendable (_ unit: Int, _ needed: [Work]) throws(NoisyQuadraticError) -> Work
  /// Advances a unit to its next state, which must depend on nothing but the unit. `cores` is the number of cores
  /// that it may use.
  public typealias Advance =
    @Sendable (_ unit: Int, _ cores: Int, inout Work) throws(NoisyQuadraticError) -> Void

  /// The units.
  public let units: [WorkUnit]

  let configuration: Configuration
  let begin: Beginning
  let advance: Advance

  /// Creates a plan.
  ///
  /// - Parameters:
  ///   - units: units with different names, each of which needs earlier ones only.
  ///   - configuration: the options on which the result of a unit depends.
  ///   - begin: the state of a unit before its first step.
  ///   - advance: advances a unit.
  public init(
    _ units: [WorkUnit], configuration: @escaping Configuration, begin: @escaping Beginning,
    advance: @escaping Advance
  ) {
    precondition(Set(units.map(\.name)).count == units.count, "units have different names")
    precondition(
      units.indices.allSatisfy { i in units[i].needs.allSatisfy { (0..<i).contains($0) } },
      "units need earlier ones")
    self.units = units
    self.configuration = configuration
    self.begin = begin
    self.advance = advance
  }

  /// The file of a unit in a folder.
  func file(_ unit: Int, in folder: UnitFolder) -> UnitFile {
    UnitFile(units[unit].name, in: folder.directory, configuration: configuration(unit))
  }

  /// Reads the state of a unit.
  ///
  /// - Parameters:
  ///   - unit: the number of the unit.
  ///   - folder: the folder with its file.
  ///   - works: the finished units.
  /// - Returns: the state; `nil` if there is no file.
  /// - Throws: ``UnitFailure`` if the file is damaged, or of another unit or other options.
  func load(_ unit: Int, from folder: UnitFolder, _ works: [Work?]) throws(UnitFailure) -> Work? {
    let file = file(unit, in: folder)
    let loaded: Work?
    do throws(FileError) { loaded = try file.load() } catch { throw .file(error) }
    guard let loaded else { return nil }
    // What it continues is known only with the units that it needs.
    if let planned = try beginning(of: unit, works), !loaded.continues(planned) {
      throw .file(
        .invalid(path: file.path, problem: "not a state of this unit; remove the file to start it anew"))
    }
    return loaded
  }

  /// The state of a unit before its first step; `nil` if a unit that it needs is not finished.
  func beginning(of unit: Int, _ works: [Work?]) throws(UnitFailure) -> Work? {
    let needed = units[unit].needs.compactMap { works[$0] }.filter(\.isFinished)
    guard needed.count == units[unit].needs.count else { return nil }
    do throws(NoisyQuadraticError) { return try begin(unit, needed) } catch { throw .problem(error) }
  }
}
