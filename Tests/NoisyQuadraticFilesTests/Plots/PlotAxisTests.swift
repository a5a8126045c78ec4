import Foundation
import NoisyQuadraticFiles
import TestSupport
import Testing

/// Ranges and tics of the plots' axes.
@Suite struct PlotAxisTests {
  private func labelled(_ axis: PlotAxis) -> [PlotTic] { axis.tics.filter { !$0.label.isEmpty } }

  /// The number that a label stands for.
  private func number(_ label: String) -> Double? {
    let parts = label.replacing("×10^{", with: "e").replacing("-10^{", with: "-1e").replacing(
      "10^{", with: "1e")
    return Double(parts.replacing("}", with: ""))
  }

  private func check(_ axis: PlotAxis) {
    #expect(axis.range.lowerBound < axis.range.upperBound)
    #expect(axis.range.lowerBound.isFinite && axis.range.upperBound.isFinite)
    #expect(axis.tics.allSatisfy { $0.value >= axis.range.lowerBound * (1 - 1e-9) - 1e-300 || $0.value < 0 })
    #expect(axis.tics.map(\.value) == axis.tics.map(\.value).sorted())
    for tic in labelled(axis) { #expect(number(tic.label) == tic.value, "\(tic)") }
    #expect((2...12).contains(labelled(axis).count), "\(axis)")
    // No two tics say the same.
    #expect(Set(labelled(axis).map(\.label)).count == labelled(axis).count)
  }

  @Test("A logarithmic axis has two to twelve labels, whatever lies on it")
  func logarithmic() {
    for low in [1e-280, 3e-19, 0.00042, 0.5, 0.99, 1, 4.7, 63.9, 2e5, 7e12] {
      for factor in [1, 1 + 1e-12, 1.0001, 1.003, 1.04, 1.5, 2, 3.7, 9, 10, 11, 90, 150, 1e4, 1e17] {
        check(PlotAxis(.y, "", showing: [[low, low * factor]], .logarithmic))
        check(PlotAxis(.y, "", low...low * factor, isLogarithmic: true))
      }
    }
  }

  @Test("Powers of ten are written as such from two decades on, plain numbers within one")
  func powers() {
    #expect(
      labelled(PlotAxis(.y, "", 0.005...20, isLogarithmic: true)).map(\.label)
        == ["10^{-2}", "10^{-1}", "10^{0}", "10^{1}"])
    #expect(
      labelled(PlotAxis(.y, "", 0.15...0.9, isLogarithmic: true)).allSatisfy { !$0.label.contains("^") })
    #expect(labelled(PlotAxis(.y, "", 0.00015...0.0009, isLogarithmic: true)).count >= 2)
    #expect(
      labelled(PlotAxis(.y, "", 42.1...63.9, isLogarithmic: true)).map(\.label) == ["45", "50", "55", "60"])
  }

  @Test("A linear axis has two to twelve labels, whatever lies on it")
  func linear() {
    for low in [-2e9, -1, -1e-7, 0, 3e-200, 0.0008, 1, 17, 99_999, 1e200] {
      for span in [0, 1e-12, 1e-5, 0.3, 1, 7, 123, 1e6, 1e201] {
        for scale in [PlotAxis.Scale.linear, .linearFromZero] {
          let axis = PlotAxis(.y, "", showing: [[low, low + span]], scale)
          check(axis)
          if scale == .linearFromZero { #expect(axis.range.contains(0)) }
        }
      }
    }
  }

  @Test("Steps are whole", arguments: [1, 2, 3, 5, 20, 250, 5000, 1_000_000, 1_000_000_000])
  func steps(_ last: Int) {
    let axis = PlotAxis(steps: last)
    check(axis)
    #expect(axis.range == 0...Double(last))
    #expect(axis.tics.allSatisfy { $0.value == $0.value.rounded() })
    let ahead = PlotAxis(.x, "", 1...Double(max(last, 2)), isLogarithmic: true, areWhole: true)
    check(ahead)
    #expect(ahead.tics.allSatisfy { $0.value == $0.value.rounded() && $0.value >= 1 })
  }

  @Test("Every series has an axis", arguments: PoorSeries.all)
  func poorSeries(_ series: [[Double]]) {
    for scale in [PlotAxis.Scale.linear, .linearFromZero, .logarithmic] {
      check(PlotAxis(.y, "", showing: series, scale))
    }
  }

  @Test("What grows out of all proportion is cut, and the label says so")
  func ceiling() {
    let axis = PlotAxis(.y, "loss", showing: [[1, 1e200], [1, 0.5]], .logarithmic, ceiling: 1e6)
    #expect(axis.range.upperBound == 1e6 && axis.label == "loss, cut off above")
    #expect(PlotAxis(.y, "loss", showing: [[1, 2]], .logarithmic, ceiling: 1e6).label == "loss")
  }
}
