import NoisyQuadratic
import NoisyQuadraticFiles

/// The text of an option. It is converted to a value, or to a one-line error that states what was expected.
package struct ArgumentText {
  private let text: String
  private let option: String

  /// - Parameters:
  ///   - text: the given text.
  ///   - option: the name of the option as typed, for instance `--horizon`.
  package init(_ text: String, of option: String) {
    self.text = text
    self.option = option
  }

  /// Returns a failure that names the option, its text and what was expected.
  package func failure(_ expected: String) -> Failure {
    .usage("\(option) is \(text.isEmpty ? "empty" : text.cutForMessage), expected \(expected)")
  }

  /// Refuses options that have no meaning together with another option.
  package static func refuse(
    _ options: KeyValuePairs<String, String?>, beside other: String
  ) throws(Failure) {
    for case (let option, _?) in options {
      throw .usage("\(option) and \(other) exclude each other, expected one of them")
    }
  }

  /// The name of a file or directory.
  package func path(_ expected: String = "a file") throws(Failure) -> String {
    guard !text.isEmpty else { throw failure(expected) }
    return text
  }

  /// An integer of at least `minimum`.
  package func integer(atLeast minimum: Int = 1, _ expected: String? = nil) throws(Failure) -> Int {
    guard let value = Int(typed: text), value >= minimum else {
      throw failure(expected ?? "an integer ≥ \(minimum)")
    }
    return value
  }

  /// A seed, which is an integer that JSON numbers represent exactly.
  package func seed() throws(Failure) -> UInt64 {
    let largest = 1 << 53
    return UInt64(try integer(in: 0...largest, "an integer from 0 to \(largest)"))
  }

  /// An integer within a range.
  package func integer(in range: ClosedRange<Int>, _ expected: String) throws(Failure) -> Int {
    let value = try integer(atLeast: range.lowerBound, expected)
    guard range.contains(value) else { throw failure(expected) }
    return value
  }

  /// A finite number above 0.
  package func positiveNumber() throws(Failure) -> Double {
    try number("a finite number > 0") { $0 > 0 && $0.isFinite }
  }

  /// Two finite numbers above 0, the first below the second, separated by a comma.
  package func positiveRange() throws(Failure) -> ClosedRange<Double> {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map {
      Double(typed: $0) ?? .nan
    }
    guard numbers.count == 2, numbers[0] > 0, numbers[0] < numbers[1] else {
      throw failure("two finite numbers > 0, the smaller first, separated by a comma")
    }
    return numbers[0]...numbers[1]
  }

  /// The values of the comma-separated parts, in order.
  package func list<Value>(
    _ read: (ArgumentText) throws(Failure) -> Value
  ) throws(Failure) -> [Value] {
    var values: [Value] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      values.append(try read(ArgumentText(String(item), of: option)))
    }
    return values
  }

  /// One of a set of names.
  package func choice<Choice: CaseIterable & RawRepresentable<String>>(
    of type: Choice.Type = Choice.self
  ) throws(Failure) -> Choice {
    guard let choice = Choice(rawValue: text) else {
      throw failure(Choice.allCases.map(\.rawValue).joined(separator: " or "))
    }
    return choice
  }

  /// Comma-separated integers from 1 to `maximum`, sorted and without duplicates.
  package func integers(upTo maximum: Int, _ maximumName: String) throws(Failure) -> [Int] {
    let expected = "integers from 1 to \(maximum) (\(maximumName)), separated by commas"
    let values = try list { item throws(Failure) in try item.integer(in: 1...maximum, expected) }
    return Set(values).sorted()
  }

  /// A number that satisfies a condition.
  package func number(
    _ expected: String, where isAllowed: (Double) -> Bool
  ) throws(Failure) -> Double {
    guard let value = Double(typed: text), isAllowed(value) else { throw failure(expected) }
    return value
  }

  /// A number at least 0 and below 1.
  package func momentumLimit() throws(Failure) -> Double {
    try number("a number at least 0 and below 1") { $0 >= 0 && $0 < 1 }
  }

  /// A limit on the learning rate: a name or a number.
  package func learningRateLimit() throws(Failure) -> LearningRateLimit {
    switch text {
    case "paper": return .firstStepGrowth
    case "2/hmax": return .twoOverMaximumCurvature
    case "1/hmax": return .oneOverMaximumCurvature
    case "none": return .none
    default:
      return .value(
        try number("paper, 2/hmax, 1/hmax, none or a finite number > 0") { $0 > 0 && $0.isFinite })
    }
  }
}
