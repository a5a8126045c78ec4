/// The shape of an image: channels of rows of pixels.
public struct ImageShape: Sendable, Hashable {
  /// Channels: 1 for grey, 3 for red, green and blue.
  public let channels: Int
  /// Rows.
  public let height: Int
  /// Pixels in a row.
  public let width: Int

  /// A shape; every side at least 1.
  public init(channels: Int, height: Int, width: Int) {
    precondition(min(channels, height, width) >= 1, "an image has pixels")
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// Numbers in an image: channels · height · width.
  public var count: Int { channels * height * width }
}
