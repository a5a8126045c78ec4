import NoisyQuadratic

/// A measured spectrum from a file: a table, a NumPy array, or JSON.
///
/// Docs/SpectrumFormat.md describes all forms.
public struct SpectrumFile: Sendable, Equatable {
  /// The format of a file, which its first bytes decide.
  public enum Format: String, Sendable {
    case csv
    case numpy
    case json
  }

  /// The file's name without its extension.
  public let name: String
  /// The format.
  public let format: Format
  /// The densities, one per list of eigenvalues, with the weights of the file.
  public let spectrum: ProbedSpectrum
  /// Whether the file has weights. Without them all eigenvalues of a list have the same.
  public let isWeighted: Bool
  /// What was guessed about the names of columns. The parameters are those of
  /// ``init(contentsOf:eigenvalueColumn:weightColumn:)``.
  public let notes: [LogNote]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - eigenvalueColumn: the name of the column of a table, or of the key of a JSON object, that holds the
  ///     eigenvalues; guessed if absent.
  ///   - weightColumn: the same for the weights.
  /// - Throws: ``FileError`` with one line that names the file, the place, the value and what was expected;
  ///   ``FileError/undecided(path:problem:parameter:expected:)`` if a name must be given.
  public init(
    contentsOf path: String, eigenvalueColumn: String? = nil, weightColumn: String? = nil
  ) throws(FileError) {
    try self.init(
      NumberSource(contentsOf: path), path: path, eigenvalueColumn: eigenvalueColumn,
      weightColumn: weightColumn)
  }

  init(
    _ source: NumberSource, path: String, eigenvalueColumn: String? = nil, weightColumn: String? = nil
  ) throws(FileError) {
    let columns = SpectrumLists.Columns(eigenvalue: eigenvalueColumn, weight: weightColumn)
    let lists: SpectrumLists
    switch source {
    case .table(let table):
      format = .csv
      lists = try SpectrumLists(table, columns)
    case .lists(let value, let format):
      self.format = format
      do throws(SpectrumLists.Failure) {
        lists = try SpectrumLists(value, columns)
      } catch {
        throw .invalid(path: path, problem: error.problem)
      }
    }
    var probes: [SpectralDensity] = []
    for (i, list) in lists.lists.enumerated() {
      do throws(NoisyQuadraticError) {
        probes.append(try SpectralDensity(eigenvalues: list.eigenvalues, weights: list.weights))
      } catch {
        let place = lists.lists.count > 1 ? "list \(i + 1): " : ""
        throw .invalid(path: path, problem: place + error.description)
      }
    }
    spectrum = try FileError.of(path) { () throws(NoisyQuadraticError) in try ProbedSpectrum(probes) }
    isWeighted = lists.lists.contains { $0.weights != nil }
    notes = lists.notes.map { LogNote(path, $0.text, parameters: [$0.parameter]) }
    name = InputFile.stem(path)
  }
}

extension FileError {
  /// Converts an error of the library about the content of a file.
  package static func of<T>(
    _ path: String, _ body: () throws(NoisyQuadraticError) -> T
  ) throws(FileError) -> T {
    do throws(NoisyQuadraticError) {
      return try body()
    } catch {
      throw .invalid(path: path, problem: error.description)
    }
  }
}
