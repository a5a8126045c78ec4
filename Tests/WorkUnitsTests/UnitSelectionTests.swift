import Testing

@testable import WorkUnits

@Suite struct UnitSelectionTests {
  @Test(arguments: [
    ("17", [17], "17"), ("100-103", [100, 101, 102, 103], "100-103"), ("3,1,2", [1, 2, 3], "1-3"),
    ("0-2,2,9,1-4", [0, 1, 2, 3, 4, 9], "0-4,9"), ("5-5", [5], "5"), ("007", [7], "7"),
  ])
  func read(_ text: String, _ numbers: [Int], _ written: String) {
    let selection = UnitSelection(text)
    #expect(selection?.numbers == numbers && selection?.text == written)
  }

  @Test(arguments: [
    "", ",", "1,", "-", "-1", "3-1", "1-2-3", "a", "1.5", "+1", " 1", "9223372036854775808", "0x1", "1–2",
  ])
  func refused(_ text: String) { #expect(UnitSelection(text) == nil) }

  @Test func huge() {
    let selection = UnitSelection("0-9223372036854775807,5")
    #expect(selection?.largest == .max && selection?.text == "0-9223372036854775807")
  }

  @Test func cut() {
    let many = UnitSelection((0..<100).map { 2 * $0 })
    #expect(many.shortText.hasSuffix(",38,…") && many.text.hasSuffix(",198"))
  }
}
