import Foundation

/// One axis of a panel: its quantity and unit, its range, and its tics.
///
/// The range is always explicit, because gnuplot refuses to choose one if there is nothing to draw.
package struct PlotAxis: Sendable {
  /// One of the axes of a panel.
  package enum Direction: String, Sendable {
    case x
    case y
    case color = "cb"
  }

  /// The mapping from values to places on the axis.
  package enum Scale: Sendable {
    case linear
    /// Linear from zero, as bars need it.
    case linearFromZero
    /// Logarithmic if every series has positive values, otherwise linear.
    case logarithmic
  }

  package let direction: Direction
  package let label: String
  package let isLogarithmic: Bool
  package let range: ClosedRange<Double>
  package let tics: [PlotTic]
  /// Whether the labels are slanted, so that long ones fit.
  private var isSlanted = false

  /// Creates an axis from one value to another. A range that gnuplot could not draw is widened.
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

  /// Creates an axis that covers all series with some margin.
  ///
  /// - Parameters:
  ///   - direction: which axis.
  ///   - label: the quantity, with its unit.
  ///   - series: the values. Values that are not finite are left out, as are values that are not positive on
  ///     a logarithmic axis.
  ///   - scale: the mapping from values to places.
  ///   - ceiling: the limit at which disproportionately large values are cut; the label states it.
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

  /// Creates an axis with names at 0, 1, 2 and so on.
  package init(_ direction: Direction, _ label: String, names: [String]) {
    self.direction = direction
    self.label = label
    isLogarithmic = false
    range = -0.6...Double(max(names.count, 1)) - 0.4
    tics = names.enumerated().map { PlotTic(value: Double($0), label: $1) }
    isSlanted = names.count > 4 && names.contains { $0.count > 4 }
  }

  /// Creates an axis for the steps of a run.
  package init(steps last: Int, _ label: String = "step") {
    self.init(.x, label, 0...Double(max(last, 1)), areWhole: true)
  }

  /// The gnuplot commands for the axis.
  package var commands: String {
    let axis = direction.rawValue
    // Next to a colour bar, the axis label would touch the tic labels.
    let offset = direction == .color ? " offset 1.5,0" : ""
    return """
        set \(axis)label \(PlotText.quoted(label)) noenhanced\(offset)
        \(isLogarithmic ? "set" : "unset") logscale \(axis)
        set \(axis)range [\(range.lowerBound.jsonText):\(range.upperBound.jsonText)]
        set \(axis)tics \(tics.text)\(isSlanted ? " rotate by 25 right" : "")

      """
  }

  /// The largest magnitude that is drawn; its inverse is the smallest.
  private static let largest = 1e290

  private static func widened(factor range: ClosedRange<Double>) -> ClosedRange<Double> {
    let (low, high) = (max(range.lowerBound, 1 / largest), min(range.upperBound, largest))
    if high < low * (1 + 1e-5) { return low / 2...low * 2 }
    // In a narrower range, tics would have more digits than there is room for.
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
