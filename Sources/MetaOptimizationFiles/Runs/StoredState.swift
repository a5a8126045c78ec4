import Foundation
import MetaOptimization

/// A training state as stored in the file of a unit, with its numbers as bytes.
struct StoredState: Codable {
  let state: TrainingState<Float>

  init(_ state: TrainingState<Float>) { self.state = state }

  private enum Key: CodingKey {
    case numbers, parameterCount, decays, step
  }

  init(from decoder: any Decoder) throws {
    let all = try decoder.container(keyedBy: Key.self)
    let bytes = try all.decode(Data.self, forKey: .numbers)
    let count = try all.decode(Int.self, forKey: .parameterCount)
    let decays = try all.decode([Double].self, forKey: .decays)
    let numbers = bytes.count / 4
    // There are parameters and at least one slot.
    guard count > 0, bytes.count % 4 == 0, numbers % count == 0, numbers / count >= 2, decays.count == 2
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .numbers, in: all, debugDescription: "\(bytes.count) bytes for \(count) parameters")
    }
    let storage = bytes.withUnsafeBytes { bytes in
      (0..<numbers).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
      }
    }
    state = TrainingState(
      storage: storage, parameterCount: count, decays: decays, step: try all.decode(Int.self, forKey: .step))
  }

  func encode(to encoder: any Encoder) throws {
    var bytes = Data(capacity: 4 * state.storage.count)
    for number in state.storage {
      withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    var all = encoder.container(keyedBy: Key.self)
    try all.encode(bytes, forKey: .numbers)
    try all.encode(state.parameterCount, forKey: .parameterCount)
    try all.encode(state.decays, forKey: .decays)
    try all.encode(state.step, forKey: .step)
  }
}
