import NoisyQuadraticFiles
import Testing

/// Expects a ``FileError`` of one line with all of the texts.
func expect(
  _ texts: [String], sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> some Any
) {
  #expect(sourceLocation: sourceLocation) {
    try body()
  } throws: { error in
    let line = "\(error)"
    return error is FileError && !line.contains("\n") && texts.allSatisfy { line.contains($0) }
  }
}
