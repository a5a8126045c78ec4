import NoisyQuadraticFiles

/// The notes on many files, with one note for all files of which the same is said.
struct FileNotes {
  private var groups: [(first: LogNote, files: Int)] = []

  mutating func add(_ notes: [LogNote]) {
    for note in notes {
      if let i = groups.firstIndex(where: { $0.first.content == note.content }) {
        groups[i].files += 1
      } else {
        groups.append((note, 1))
      }
    }
  }

  /// The notes in the order of their first files.
  var merged: [LogNote] {
    groups.map { note, files in
      guard files > 1 else { return note }
      let others = files == 2 ? "another file" : "\(files - 1) other files"
      return LogNote(note.source, "\(note.content), as in \(others)", parameters: note.parameters)
    }
  }
}
