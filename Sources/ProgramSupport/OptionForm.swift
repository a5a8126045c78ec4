import ArgumentParser
import NoisyQuadratic
import NoisyQuadraticFiles

/// The form of an option's text: which texts are allowed, and the value of each.
package struct OptionForm<Value> {
  let completion: CompletionKind
  let read: @Sendable (String) throws(OptionRefusal) -> Value

  /// Creates a form from a function that throws for any text that is not allowed.
  package init(
    completion: CompletionKind = .default,
    reading read: @escaping @Sendable (String) throws(OptionRefusal) -> Value
  ) {
    self.completion = completion
    self.read = read
  }

  /// Creates a form from a function that returns `nil` for any text that is not allowed.
  ///
  /// - Parameters:
  ///   - expected: the allowed texts in words.
  ///   - completion: what a shell offers.
  ///   - read: returns the value of a text.
  package init(
    _ expected: String, completion: CompletionKind = .default,
    _ read: @escaping @Sendable (String) -> Value?
  ) {
    self.init(completion: completion) { text throws(OptionRefusal) in
      guard let value = read(text) else { throw OptionRefusal(text, expected: expected) }
      return value
    }
  }

  /// The form whose values are made from those of this form.
  package func map<Other>(
    _ transform: @escaping @Sendable (Value) throws(OptionRefusal) -> Other
  ) -> OptionForm<Other> {
    OptionForm<Other>(completion: completion) { [read] text throws(OptionRefusal) in
      try transform(try read(text))
    }
  }

  /// Values separated by commas, each in the given form.
  package static func list<Item>(of item: OptionForm<Item>) -> Self where Value == [Item] {
    Self { [read = item.read] text throws(OptionRefusal) in
      var values: [Item] = []
      for (i, part) in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        .enumerated()
      {
        do throws(OptionRefusal) {
          values.append(try read(part))
        } catch {
          throw error.inList(text, at: i, part)
        }
      }
      return values
    }
  }

  /// The same list of values, which must differ from each other.
  package func differing<Item: Hashable & Sendable>() -> Self where Value == [Item] {
    OptionForm(completion: completion) { [read] text throws(OptionRefusal) in
      let values = try read(text)
      var known: Set<Item> = []
      for (i, part) in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        .enumerated() where !known.insert(values[i]).inserted
      {
        throw OptionRefusal(part, expected: "values that differ").inList(text, at: i, part)
      }
      return values
    }
  }
}

extension OptionForm where Value: CaseIterable & RawRepresentable<String> & Sendable {
  /// One of the names of a type.
  package static var choice: Self {
    Self(Value.alternatives, completion: .list(Value.allCases.map(\.rawValue))) { Value(rawValue: $0) }
  }
}

extension OptionForm<Int> {
  /// An integer of at least a minimum.
  package static func integer(_ range: PartialRangeFrom<Int>) -> Self {
    integer(range.lowerBound...Int.max) { "an integer \($0)" }
  }

  /// An integer within a range.
  package static func integer(_ range: ClosedRange<Int>) -> Self {
    integer(range) { "an integer \($0)" }
  }

  /// An integer within a range, whose bounds `expected` puts into words. The largest integer is named only to
  /// whoever exceeded it.
  fileprivate static func integer(
    _ range: ClosedRange<Int>, expected: @escaping @Sendable (_ bounds: String) -> String
  ) -> Self {
    Self { text throws(OptionRefusal) in
      if let value = Int(typed: text), range.contains(value) { return value }
      let isLarge =
        Int(typed: text) == nil && !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
      let bounds =
        range.upperBound < Int.max || isLarge
        ? "from \(range.lowerBound) to \(range.upperBound)" : "≥ \(range.lowerBound)"
      throw OptionRefusal(text, expected: expected(bounds))
    }
  }
}

extension OptionForm<[Int]> {
  /// Integers of at least a minimum, separated by commas.
  package static func integers(_ range: PartialRangeFrom<Int>) -> Self {
    integers(range.lowerBound...Int.max)
  }

  /// Integers within a range, separated by commas.
  package static func integers(_ range: ClosedRange<Int>, upTo name: String? = nil) -> Self {
    list(of: .integer(range) { "integers \($0)\(name.map { " (\($0))" } ?? ""), separated by commas" })
  }

  /// The same integers, sorted and without duplicates.
  package var ascending: Self { map { Set($0).sorted() } }
}

extension OptionForm<UInt64> {
  /// A seed, which is an integer that JSON numbers represent exactly.
  package static var seed: Self { OptionForm<Int>.integer(0...1 << 53).map { UInt64($0) } }
}

extension OptionForm<Double> {
  /// A number that satisfies a condition.
  package static func number(_ expected: String, where isAllowed: @escaping @Sendable (Double) -> Bool)
    -> Self
  {
    Self(expected) { text in Double(typed: text).flatMap { isAllowed($0) ? $0 : nil } }
  }

  /// A finite number above 0.
  package static var positiveNumber: Self { number("a finite number > 0") { $0 > 0 && $0.isFinite } }

  /// A number at least 0 and below 1, such as a momentum.
  package static var fraction: Self { number("a number at least 0 and below 1") { $0 >= 0 && $0 < 1 } }
}

extension OptionForm<[Double]> {
  /// Finite numbers above 0, separated by commas.
  package static var positiveNumbers: Self {
    list(of: .number("finite numbers > 0, separated by commas") { $0 > 0 && $0.isFinite })
  }

  /// Numbers at least 0 and below 1, separated by commas.
  package static var fractions: Self {
    list(of: .number("numbers at least 0 and below 1, separated by commas") { $0 >= 0 && $0 < 1 })
  }
}

extension OptionForm<ClosedRange<Double>> {
  /// Two finite numbers above 0, the first below the second, separated by a comma.
  package static var positiveRange: Self { positiveRange("two finite numbers > 0", upTo: .infinity) }

  /// Two numbers above 0 and at most a limit, the first below the second, separated by a comma.
  package static func positiveRange(upTo limit: Double) -> Self {
    positiveRange("two numbers > 0 and ≤ \(limit.jsonText)", upTo: limit)
  }

  private static func positiveRange(_ expected: String, upTo limit: Double) -> Self {
    Self("\(expected), the smaller first, separated by a comma") { text in
      let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map {
        Double(typed: $0) ?? .nan
      }
      guard numbers.count == 2, numbers[0] > 0, numbers[0] < numbers[1], numbers[1] <= limit else {
        return nil
      }
      return numbers[0]...numbers[1]
    }
  }
}

extension OptionForm<String> {
  /// The name of a file.
  package static var file: Self { Self("a file", completion: .file()) { $0.isEmpty ? nil : $0 } }

  /// The name of a directory.
  package static var directory: Self { Self("a directory", completion: .directory) { $0.isEmpty ? nil : $0 } }
}

extension OptionForm<TypedName> {
  /// The name of a column.
  package static var column: Self { Self("a name") { $0.isEmpty ? nil : TypedName($0) } }
}

extension OptionForm<FamilyText> {
  /// A schedule of a named family.
  package static var family: Self {
    Self(completion: .list(FamilyText.familyNames)) { text throws(OptionRefusal) in
      do throws(FamilyText.Failure) {
        return try FamilyText(text)
      } catch {
        throw OptionRefusal(": \(error)")
      }
    }
  }
}

extension CaseIterable where Self: RawRepresentable<String> {
  /// The names in words: `a, b or c`.
  package static var alternatives: String { allCases.map(\.rawValue).alternatives }
}

extension [String] {
  /// The alternatives in words: `a, b or c`.
  package var alternatives: String {
    count < 2 ? joined() : dropLast().joined(separator: ", ") + " or " + self[count - 1]
  }
}
