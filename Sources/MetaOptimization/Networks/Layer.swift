/// A layer of a network. The one after the last is always softmax cross-entropy.
public enum Layer: Sendable, Hashable, Codable {
  /// All inputs to `units` outputs, with biases.
  case dense(units: Int)
  /// Windows of `size` × `size` pixels, zeros outside of the image, to `channels` outputs per pixel, with biases. The
  /// size is odd, so that windows have a middle.
  case convolution(channels: Int, size: Int)
  /// The largest of every 2 × 2 pixels in each channel; an odd last row or column is left out.
  case maxPool
  /// A nonlinearity, elementwise.
  case activation(Activation)
}
