import NoisyQuadratic

/// The lists of eigenvalues and weights in a file, one pair of lists per probe.
struct SpectrumLists {
  /// The names of columns or keys, if they are given.
  struct Columns: Equatable {
    var eigenvalue, weight: String?
  }

  /// An error that states what is wrong, without the name of the file.
  struct Failure: Error {
    let problem: String
  }

  private(set) var lists: [(eigenvalues: [Double], weights: [Double]?)] = []
  /// What was guessed about names, and the parameters that decide.
  private(set) var notes: [(text: String, parameter: String)] = []

  /// Reads the columns of a table.
  init(_ table: NumberTable, _ columns: Columns) throws(FileError) {
    let isPlain = table.names == nil && table.count == 2
    let eigenvalue =
      isPlain && columns == Columns()
      ? 0 : try table.requiredColumn(.eigenvalue, named: columns.eigenvalue)
    var weight = isPlain ? 1 : try table.column(.weight, named: columns.weight)
    // One column may have a name that fits both.
    if weight == eigenvalue { weight = nil }
    lists = [
      (
        try table.numbers(eigenvalue, .eigenvalue),
        try weight.map { column throws(FileError) in try table.numbers(column, .weight) }
      )
    ]
    guard let names = table.names else { return }
    note(.eigenvalue, names[eigenvalue], given: columns.eigenvalue)
    if let weight {
      note(.weight, names[weight], given: columns.weight)
    } else if table.count > 1 {
      notes.append(("no column is known as the weight: every eigenvalue has the same", "weightColumn"))
    }
  }

  /// Reads nested lists, which are told apart by their shape:
  ///
  /// - numbers: eigenvalues;
  /// - two lists: eigenvalues and weights, each one list of numbers or one list per probe;
  /// - any other number of pairs: an eigenvalue and its weight each;
  /// - an object: the same two lists under names; a list of objects: one per probe.
  init(_ value: JSONValue, _ columns: Columns) throws(Failure) {
    switch value {
    case .object:
      let (eigenvalues, weights) = try parts(of: value, columns, isFirst: true)
      try add(eigenvalues, weights)
    case .array(let items) where !items.isEmpty:
      if value.asNumbers != nil {
        try add(value, nil)
      } else if items.allSatisfy(\.isObject) {
        for (i, item) in items.enumerated() {
          let (eigenvalues, weights) = try parts(of: item, columns, isFirst: i == 0)
          try add(eigenvalues, weights)
        }
      } else if items.count == 2 {
        try add(items[0], items[1])
      } else {
        let pairs = items.compactMap(\.asNumbers).filter { $0.count == 2 }
        guard pairs.count == items.count else { throw Self.wrongShape }
        lists.append((pairs.map { $0[0] }, pairs.map { $0[1] }))
      }
    default: throw Self.wrongShape
    }
  }

  private static let wrongShape = Failure(
    problem:
      "its numbers have another arrangement, expected a list of eigenvalues, two lists (eigenvalues and "
      + "weights, one list or one list per probe), pairs, or these under names")

  private mutating func note(_ role: NumberTable.Role, _ name: String, given: String?) {
    guard given == nil, name != role.name else { return }
    notes.append(("the \(role.name) is read from \(name.quotedForMessage)", role.parameter))
  }

  /// The two lists of an object.
  private mutating func parts(
    of value: JSONValue, _ columns: Columns, isFirst: Bool
  ) throws(Failure) -> (JSONValue, JSONValue?) {
    guard case .object(let members) = value else { throw Self.wrongShape }
    func member(_ role: NumberTable.Role, _ given: String?) throws(Failure) -> JSONValue.Member? {
      let fitting = role.fitting(members.map(\.key), given: given).map { members[$0] }
      guard fitting.count <= 1 else {
        throw Failure(
          problem: "the keys \(fitting.map(\.key.quotedForMessage).prefix(5).joined(separator: ", ")) may be "
            + "the \(role.name), expected one")
      }
      if let given, fitting.isEmpty { throw Failure(problem: "there is no key \(given.quotedForMessage)") }
      return fitting.first
    }
    guard let eigenvalues = try member(.eigenvalue, columns.eigenvalue) else {
      throw Failure(problem: "no key is known as the eigenvalues, expected \"eigenvalues\"")
    }
    let weights = try member(.weight, columns.weight)
    if isFirst {
      note(
        .eigenvalue, eigenvalues.key,
        given: columns.eigenvalue ?? (eigenvalues.key == "eigenvalues" ? "" : nil))
      if let weights {
        note(.weight, weights.key, given: columns.weight ?? (weights.key == "weights" ? "" : nil))
      }
    }
    return (eigenvalues.value, weights?.value)
  }

  /// Adds one pair of lists, or one pair per probe.
  private mutating func add(_ eigenvalues: JSONValue, _ weights: JSONValue?) throws(Failure) {
    if let numbers = eigenvalues.asNumbers, !numbers.isEmpty {
      guard let weights else { return lists.append((numbers, nil)) }
      guard let weightNumbers = weights.asNumbers else { throw Self.wrongShape }
      return lists.append((numbers, weightNumbers))
    }
    guard case .array(let probes) = eigenvalues, !probes.isEmpty else { throw Self.wrongShape }
    var weightLists: [JSONValue]?
    if let weights {
      guard case .array(let lists) = weights, lists.count == probes.count else {
        throw Failure(
          problem: "there are \(probes.count) lists of eigenvalues, expected as many lists of weights")
      }
      weightLists = lists
    }
    for (i, probe) in probes.enumerated() {
      guard let numbers = probe.asNumbers, !numbers.isEmpty else { throw Self.wrongShape }
      guard let weightList = weightLists?[i] else {
        lists.append((numbers, nil))
        continue
      }
      guard let weightNumbers = weightList.asNumbers else { throw Self.wrongShape }
      lists.append((numbers, weightNumbers))
    }
  }
}

extension JSONValue {
  /// The numbers of an array that has nothing else.
  var asNumbers: [Double]? {
    guard case .array(let values) = self else { return nil }
    var numbers: [Double] = []
    numbers.reserveCapacity(values.count)
    for value in values {
      guard case .number(let number) = value else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  fileprivate var isObject: Bool {
    if case .object = self { return true }
    return false
  }
}
