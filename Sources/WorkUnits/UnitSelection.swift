/// Some numbers of units, as typed: `17` or `3,100-199`.
public struct UnitSelection: Sendable, Equatable {
  /// The ranges, ascending; they do not touch.
  public let ranges: [ClosedRange<Int>]

  /// Creates a selection of some numbers of 0 or more, in any order.
  public init(_ numbers: some Sequence<Int>) { self.init(ranges: numbers.map { $0...$0 }) }

  /// Reads numbers and ranges of 0 or more, separated by commas.
  ///
  /// Returns `nil` for any other text, and for a range that ends before it begins.
  public init?(_ text: String) {
    var ranges: [ClosedRange<Int>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { end -> Int? in
        end.utf8.allSatisfy { (48...57).contains($0) } ? Int(end) : nil
      }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last
      else { return nil }
      ranges.append(first...last)
    }
    self.init(ranges: ranges)
  }

  private init(ranges: [ClosedRange<Int>]) {
    var joined: [ClosedRange<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last,
        range.lowerBound <= last.upperBound || range.lowerBound - 1 == last.upperBound
      {
        joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    self.ranges = joined
  }

  /// The largest number; `nil` if there is none.
  public var largest: Int? { ranges.last?.upperBound }

  /// The numbers, ascending.
  public var numbers: [Int] { ranges.flatMap { Array($0) } }

  /// The selection as typed.
  public var text: String { Self.text(ranges) }

  /// The selection as typed, cut after the first ranges if there are many.
  var shortText: String { Self.text(ranges.prefix(20)) + (ranges.count > 20 ? ",…" : "") }

  private static func text(_ ranges: some Sequence<ClosedRange<Int>>) -> String {
    ranges.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}
