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
}
