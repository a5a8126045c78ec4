import Foundation

/// One axis of a panel: what stands on it and in which unit, from where to where, and its tics.
///
/// Ranges are always given: gnuplot refuses to choose one when nothing can be drawn.
package struct PlotAxis: Sendable {
  /// Which of a panel's axes.
  package enum Direction: String, Sendable {
    case x
    case y
    case color = "cb"
  }

  /// How values become places.
  package enum Scale: Sendable {
    case linear
    /// From zero on, as bars need it.
    case linearFromZero
    /// Where every series has positive values, else linear.
    case logarithmic
  }

  package let direction: Direction
  package let label: String
  package let isLogarithmic: Bool
  package let range: ClosedRange<Double>
  package let tics: [PlotTic]
  /// Whether labels stand aslant, so that long ones have room.
  private var isSlanted = false

  /// An axis from one value to another; a range that gnuplot could not draw is widened.
  package init(
    _ direction: Direction, _ label: String, _ range: ClosedRange<Double>, isLogarithmic: Bool = false,
    areWhole: Bool = false
  ) {
    self.direction = direction
    self.label = label
    self.isLogarithmic = isLogarithmic && range.lowerBound > 0
    self.range = self.isLogarithmic ? Self.widened(factor: range) : Self.widened(difference: range)
    tics =
      self.isLogarithmic
      ? PlotTic.logarithmic(self.range, areWhole: areWhole) : PlotTic.linear(self.range, areWhole: areWhole)
  }

  /// An axis on which all the series lie, with some room around them.
  ///
  /// - Parameters:
  ///   - direction: which axis.
  ///   - label: what stands on it, with the unit.
  ///   - series: the values; those that are not finite, or not positive on a logarithmic axis, have no place.
  ///   - scale: how values become places.
  ///   - ceiling: where to cut values that grow out of all proportion; the label says so.
  package init(
    _ direction: Direction, _ label: String, showing series: [[Double]], _ scale: Scale,
    ceiling: Double = .infinity
  ) {
    let finite = series.flatMap { $0 }.filter { abs($0) <= Self.largest }
    let positive = finite.filter { $0 >= 1 / Self.largest }
    let isLogarithmic =
      scale == .logarithmic
      && series.allSatisfy { $0.contains { $0 >= 1 / Self.largest && $0 <= Self.largest } }
    let shown = isLogarithmic ? positive : finite
    var (low, high) = (shown.min() ?? 0, shown.max() ?? 1)
    let isCut = high > ceiling && low < ceiling
    if isCut { high = ceiling }
    var range = low...high
    if isLogarithmic, low > 0 {
      range = Self.widened(factor: range)
      let room = exp(0.04 * (log(range.upperBound) - log(range.lowerBound)))
      range = range.lowerBound / room...(isCut ? high : range.upperBound * room)
    } else {
      if scale == .linearFromZero || (low >= 0 && low <= 0.5 * high) {
        (low, high) = (min(low, 0), max(high, 0))
      }
      range = Self.widened(difference: low...high)
      let room = 0.05 * (range.upperBound - range.lowerBound)
      let bottom = range.lowerBound == 0 ? 0 : range.lowerBound - room
      let top = range.upperBound == 0 ? 0 : range.upperBound + room
      range = bottom...top
    }
    self.init(
      direction, isCut ? label + ", cut off above" : label, range, isLogarithmic: isLogarithmic && low > 0)
  }

  /// Names, at 0, 1, 2 and so on.
  package init(_ direction: Direction, _ label: String, names: [String]) {
    self.direction = direction
    self.label = label
    isLogarithmic = false
    range = -0.6...Double(max(names.count, 1)) - 0.4
    tics = names.enumerated().map { PlotTic(value: Double($0), label: $1) }
    isSlanted = names.count > 4
  }

  /// The steps of a run.
  package init(steps last: Int, _ label: String = "step") {
    self.init(.x, label, 0...Double(max(last, 1)), areWhole: true)
  }

  /// The axis in gnuplot's words.
  package var commands: String {
    let axis = direction.rawValue
    // Beside a colour bar the label would touch the tics'.
    let offset = direction == .color ? " offset 1.5,0" : ""
    return """
        set \(axis)label \(PlotText.quoted(label)) noenhanced\(offset)
        \(isLogarithmic ? "set" : "unset") logscale \(axis)
        set \(axis)range [\(range.lowerBound.jsonText):\(range.upperBound.jsonText)]
        set \(axis)tics \(tics.text)\(isSlanted ? " rotate by 25 right" : "")

      """
  }

  /// Beyond this, and below its inverse, numbers are not drawn.
  private static let largest = 1e290

  private static func widened(factor range: ClosedRange<Double>) -> ClosedRange<Double> {
    let (low, high) = (max(range.lowerBound, 1 / largest), min(range.upperBound, largest))
    if high < low * (1 + 1e-5) { return low / 2...low * 2 }
    // Narrower, tics would have more digits than there is room for.
    let room = 1.0002
    let middle = low.squareRoot() * high.squareRoot()
    return high < low * room ? middle / room...middle * room : low...high
  }

  private static func widened(difference range: ClosedRange<Double>) -> ClosedRange<Double> {
    let (low, high) = (max(range.lowerBound, -largest), min(range.upperBound, largest))
    let size = max(abs(low), abs(high))
    if size < 1 / largest { return 0...1 }
    if high - low < 1e-5 * size { return low > 0 ? 0...2 * low : 2 * low...0 }
    let room = 2e-4 * size
    return high - low < room ? low - room / 2...high + room / 2 : low...high
  }
}
