import NoisyQuadratic

/// The objects of a log in JSON, whose keys differ from row to row, so that columns are chosen at the end.
struct LogRecords {
  /// What may matter of one object.
  struct Record {
    let row: Int
    let members: [JSONValue.Member]
  }

  private(set) var records: [Record] = []
  /// The keys of all objects in the order of their first appearance, though not all of very many.
  private(set) var keys: [String] = []
  /// Whether the values of a key may matter.
  private var matters: [String: Bool] = [:]
  private let wanted: [LogColumn]
  private let options: TrainingLog.Options
  private let mostRecords = MemoryRequirement.available / 1000

  init(wanted: [LogColumn], options: TrainingLog.Options) {
    (self.wanted, self.options) = (wanted, options)
  }

  /// Adds an object.
  ///
  /// - Returns: whether memory suffices.
  mutating func add(_ members: [JSONValue.Member], _ row: Int) -> Bool {
    let kept = members.filter { matters($0.key) && $0.value != .null }
    records.append(Record(row: row, members: kept))
    return Double(records.count) <= mostRecords
  }

  private mutating func matters(_ key: String) -> Bool {
    if let matters = matters[key] { return matters }
    let result = wanted.contains { options.column($0) == key || $0.rank(key) != nil }
    if result || matters.count < 10_000 {
      matters[key] = result
      keys.append(key)
    }
    return result
  }
}
