import Foundation

/// A short training curve as a log, with losses of a noisy quadratic that is known.
package enum SampleCurve {
  /// The text of a log with a row for every few steps.
  ///
  /// - Parameters:
  ///   - rates: the rate of every step.
  ///   - every: the number of steps between rows.
  ///   - from: the number of updates before the first row.
  /// - Returns: the text, with the columns step, lr and loss.
  package static func text(_ rates: [Double], every: Int = 4, from: Int = 4) -> String {
    var (time, noise) = (0.0, 0.0)
    var text = "step,lr,loss\n"
    for (t, rate) in rates.enumerated() {
      noise += (1 - exp(-4 * rate)) * (rate - noise)
      time += rate
      let step = t + 1
      guard step >= from, (step - from).isMultiple(of: every) else { continue }
      let loss = 1 + pow((time + 0.5) / 4, -0.6) + 2 * noise
      // The rate of a row is that of the next update.
      text += "\(step),\(rates[min(step, rates.count - 1)]),\(loss)\n"
    }
    return text
  }

  /// Rates that fall to three tenths like a cosine.
  package static func cosine(_ steps: Int) -> [Double] {
    (0..<steps).map { 0.1 * (0.65 + 0.35 * cos(.pi * Double($0) / Double(steps))) }
  }

  /// A constant rate that drops to a third half-way.
  package static func drop(_ steps: Int) -> [Double] {
    (0..<steps).map { 2 * $0 < steps ? 0.1 : 0.1 / 3 }
  }
}
