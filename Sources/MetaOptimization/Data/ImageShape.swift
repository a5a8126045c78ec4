import NoisyQuadratic

/// The shape of an image: channels of rows of pixels.
public struct ImageShape: Sendable, Hashable {
  /// The number of channels: 1 for grey; 3 for red, green and blue.
  public let channels: Int
  /// The number of rows.
  public let height: Int
  /// The number of pixels in a row.
  public let width: Int

  /// Creates a shape.
  ///
  /// - Throws: `NoisyQuadraticError` unless every side is at least 1 and an image has at most 2²⁴ numbers.
  public init(channels: Int, height: Int, width: Int) throws(NoisyQuadraticError) {
    let most = 1 << 24
    var rest = most
    for (field, side) in [("channels", channels), ("height", height), ("width", width)] {
      guard side >= 1, side <= rest else {
        throw .invalidCount(
          field: field, value: side, expected: "at least 1, and at most \(most) numbers in an image")
      }
      rest /= side
    }
    self.init(validChannels: channels, height: height, width: width)
  }

  /// Creates a shape that is valid by construction.
  package init(validChannels channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// The number of values in an image: channels · height · width.
  public var count: Int { channels * height * width }
}
