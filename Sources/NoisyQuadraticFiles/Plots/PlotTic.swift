import Foundation

/// A mark on an axis.
package struct PlotTic: Sendable, Equatable {
  /// The position on the axis.
  package let value: Double
  /// The label in gnuplot's markup; empty for a minor tic.
  package let label: String

  /// Returns round numbers from `range`. There are at least two, unless whole numbers are requested and there
  /// are fewer.
  ///
  /// - Parameters:
  ///   - range: finite bounds, the lower below the upper.
  ///   - areWhole: whether only whole numbers are allowed.
  /// - Returns: the tics, ascending.
  package static func linear(_ range: ClosedRange<Double>, areWhole: Bool = false) -> [PlotTic] {
    let (low, high) = (range.lowerBound, range.upperBound)
    // The step is 1, 2 or 5 times a power of ten.
    let raw = high / 5 - low / 5
    guard raw > 1e-295, raw.isFinite else { return [] }
    var exponent = Int(log10(raw).rounded(.down))
    let least: Double = raw * (1 - 1e-9) / power(exponent)
    var digit: Int = [1, 2, 5].first { (digit: Int) in Double(digit) >= least } ?? 10
    if digit == 10 { (digit, exponent) = (1, exponent + 1) }
    if areWhole, exponent < 0 { (digit, exponent) = (1, 0) }
    let step = Double(digit) * power(exponent)
    let first = Int((low / step - 1e-9).rounded(.up))
    let last = Int((high / step + 1e-9).rounded(.down))
    guard first <= last else { return [] }
    // All numbers on an axis have the same format.
    let largest = max(abs(low), abs(high))
    let arePlain = largest < 1e6 && exponent >= -5
    return (first...last).map { k in
      tic(k * digit, exponent, isPlain: arePlain)
    }
  }

  /// Returns the tics of a logarithmic axis. These are powers of ten if there are at least three of them,
  /// otherwise round numbers.
  ///
  /// - Parameters:
  ///   - range: positive bounds, the lower below the upper.
  ///   - areWhole: whether only whole numbers are allowed.
  /// - Returns: the tics, ascending.
  package static func logarithmic(_ range: ClosedRange<Double>, areWhole: Bool = false) -> [PlotTic] {
    let (low, high) = (
      max(range.lowerBound, 1e-300) * (1 - 1e-12), min(range.upperBound, 1e300) * (1 + 1e-12)
    )
    guard low < high else { return [] }
    let exponents = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
    func isInside(_ tic: PlotTic) -> Bool { tic.value >= low && tic.value <= high }
    let powers = exponents.filter { isInside(PlotTic(value: power($0), label: "")) }
    // Small whole numbers are shorter than powers of ten.
    if powers.count >= 3 && !(areWhole && high < 1000) {
      let stride = [1, 2, 3, 5, 10, 20, 50].first { powers.count <= 7 * $0 } ?? 100
      var tics = powers.map { exponent in
        PlotTic(value: power(exponent), label: exponent % stride == 0 ? "10^{\(exponent)}" : "")
      }
      if stride == 1 {
        for exponent in exponents {
          tics += (2...9).map { PlotTic(value: number($0, exponent), label: "") }.filter(isInside)
        }
      } else if stride >= 10 {
        tics.removeAll { $0.label.isEmpty }
      }
      return tics.sorted { $0.value < $1.value }
    }
    let arePlain = low >= 1e-4 && high < 1e6
    let round = exponents.flatMap { exponent in
      [1, 2, 5].map { tic($0, exponent, isPlain: arePlain) }
    }.filter { isInside($0) && (!areWhole || $0.value >= 1) }
    if round.count >= 3 { return round }
    return linear(range, areWhole: areWhole)
  }

  /// The number `digits · 10^exponent`; its text is exact.
  private static func tic(_ digits: Int, _ exponent: Int, isPlain: Bool) -> PlotTic {
    let value = number(digits, exponent)
    guard digits != 0 else { return PlotTic(value: 0, label: "0") }
    let sign = digits < 0 ? "-" : ""
    var (text, exponent) = (String(abs(digits)), exponent)
    if isPlain {
      if exponent >= 0 {
        return PlotTic(value: value, label: sign + text + String(repeating: "0", count: exponent))
      }
      text = String(repeating: "0", count: max(0, 1 - exponent - text.count)) + text
      return PlotTic(value: value, label: "\(sign)\(text.dropLast(-exponent)).\(text.suffix(-exponent))")
    }
    while text.hasSuffix("0") {
      text.removeLast()
      exponent += 1
    }
    let order = exponent + text.count - 1
    let mantissa = text.count > 1 ? "\(text.prefix(1)).\(text.dropFirst())" : text
    return PlotTic(
      value: value, label: sign + (mantissa == "1" ? "10^{\(order)}" : "\(mantissa)×10^{\(order)}"))
  }

  private static func number(_ digits: Int, _ exponent: Int) -> Double {
    Double("\(digits)e\(exponent)") ?? 0
  }

  private static func power(_ exponent: Int) -> Double { number(1, exponent) }
}

extension [PlotTic] {
  /// The tics as a gnuplot list.
  package var text: String {
    "(" + map { "'\($0.label)' \($0.value.jsonText)\($0.label.isEmpty ? " 1" : "")" }.joined(separator: ", ")
      + ")"
  }
}
