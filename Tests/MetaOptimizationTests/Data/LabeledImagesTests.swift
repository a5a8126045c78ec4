import MetaOptimization
import NoisyQuadratic
import Testing

@Suite struct LabeledImagesTests {
  private let shape = ImageShape(validChannels: 2, height: 1, width: 3)

  @Test func whatFitsIsKept() throws {
    let images = try LabeledImages(shape: shape, pixels: Array(0..<18), labels: [2, 0, 2], classes: 3)
    #expect(images.count == 3)
    #expect(images.pixels[6..<12] == [6, 7, 8, 9, 10, 11])
    let first = try images.prefix(2)
    #expect(
      try first == LabeledImages(shape: shape, pixels: Array(0..<12), labels: [2, 0], classes: 3))
    #expect(try images.prefix(3) == images)
    let all = try LabeledImages(shape: shape, pixels: Array(0..<6), labels: [255], classes: 256)
    #expect(all.classes == 256)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    func error(_ pixels: Int, _ labels: [UInt8], _ classes: Int) -> NoisyQuadraticError? {
      #expect(throws: NoisyQuadraticError.self) {
        try LabeledImages(
          shape: shape, pixels: Array(repeating: 0, count: pixels), labels: labels, classes: classes)
      }
    }
    #expect(error(0, [], 3) == .invalidCount(field: "labels.count", value: 0, expected: "at least 1"))
    #expect(error(11, [0, 1], 3) == .lengthMismatch(field: "pixels", expected: 12, actual: 11))
    #expect(error(18, [0, 1], 3) == .lengthMismatch(field: "pixels", expected: 12, actual: 18))
    #expect(
      error(12, [0, 3], 3)
        == .invalidValue(field: "labels", index: 1, value: 3, expected: "a class less than 3"))
    for classes in [.min, 0, 257, .max] {
      #expect(
        error(6, [0], classes)
          == .invalidCount(field: "classes", value: classes, expected: "a number of 1...256"))
    }
    let huge = ImageShape(validChannels: 1, height: .max / 2, width: 1)
    #expect(throws: NoisyQuadraticError.lengthMismatch(field: "pixels", expected: .max, actual: 1)) {
      try LabeledImages(shape: huge, pixels: [0], labels: [0, 0, 0], classes: 1)
    }
  }

  @Test(arguments: [Int.min, 0, 3, .max])
  func prefixesThatAreNone(length: Int) throws {
    let images = try LabeledImages(shape: shape, pixels: Array(0..<12), labels: [0, 1], classes: 2)
    #expect(
      throws: NoisyQuadraticError.invalidCount(field: "images", value: length, expected: "a number of 1...2")
    ) { try images.prefix(length) }
  }
}
