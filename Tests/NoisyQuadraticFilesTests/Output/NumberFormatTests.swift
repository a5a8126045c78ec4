import Foundation
import NoisyQuadraticFiles
import Testing

@Suite struct NumberFormatTests {
  @Test(
    "Four significant digits",
    arguments: [
      (63.858162, "63.86"), (0.19801992, "0.1980"), (25125, "25125"), (123456, "1.235e+05"),
      (2809.589, "2810"), (0, "0"), (0.99999999, "1.000"),
      (9.99996, "10.00"), (1e-5, "1.000e-05"), (-0.5, "-0.5000"), (9.9999e-7, "1.000e-06"),
      (0.001, "0.001000"),
      (1e300, "1.000e+300"), (Double.infinity, "overflow"), (.leastNonzeroMagnitude, "4.941e-324"),
    ])
  func significant(_ number: Double, _ text: String) {
    #expect(number.shortText == text)
  }

  @Test func fixed() {
    #expect(1.005.fixed(1) == "1.0")
    #expect((-0.04).fixed(1) == "0.0")
    #expect(0.9996.fixed(3) == "1.000")
    #expect(12.0.fixed(0) == "12")
    for number in [Double.nan, -.nan] { #expect(number.fixed(2) == "-" && number.shortText == "-") }
    #expect((-Double.infinity).fixed(2) == "-overflow")
  }

  @Test("Ties of the exact binary value go to even digits, all other numbers to the nearest")
  func ties() {
    #expect(0.125.fixed(2) == "0.12" && 0.375.fixed(2) == "0.38" && 2.5.significant(1) == "2")
    // All three are slightly below what they say.
    #expect(1.005.fixed(2) == "1.00" && 1.015.fixed(2) == "1.01" && 1.025.fixed(2) == "1.02")
  }

  @Test("A decimal comma in the locale of the thread changes nothing")
  func locale() throws {
    // The system need not have this locale.
    guard let german = newlocale(1 << LC_NUMERIC, "de_DE.UTF-8", nil) else { return }
    let earlier = uselocale(german)
    defer {
      uselocale(earlier)
      freelocale(german)
    }
    #expect(String(format: "%.1f", 0.5) == "0,5", "the test itself has an effect")
    #expect(1234567.25.fixed(1) == "1234567.2" && 1e-7.shortText == "1.000e-07")
  }
}
