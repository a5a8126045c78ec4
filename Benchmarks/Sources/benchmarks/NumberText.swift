import Foundation

extension Double {
  /// The number with the given number of decimals.
  func fixed(_ decimals: Int) -> String { String(format: "%.\(decimals)f", self) }

  /// The number with the given number of significant digits. Below 0.001 and from 10^digits on, it is in
  /// scientific notation.
  func significant(_ digits: Int) -> String {
    if self == 0 || !isFinite { return isFinite ? "0" : "\(self)" }
    let scientific = String(format: "%.\(digits - 1)e", self)
    let exponent = scientific.split(separator: "e").last.flatMap { Int($0) } ?? 0
    return abs(self) >= 1e-3 && exponent <= digits ? fixed(max(0, digits - 1 - exponent)) : scientific
  }
}
