/// A layer of a network. The last layer is always followed by softmax cross-entropy.
public enum Layer: Sendable, Hashable, Codable {
  /// Maps all inputs to `units` outputs, with biases.
  case dense(units: Int)
  /// Maps windows of `size` × `size` pixels to `channels` outputs per pixel, with biases. Pixels outside the
  /// image are zero. The size is odd, so that every window has a centre.
  case convolution(channels: Int, size: Int)
  /// Takes the largest of every 2 × 2 pixels in each channel. An odd last row or column is left out.
  case maxPool
  /// A nonlinearity, elementwise.
  case activation(Activation)
}
