import DrawnDigits
import MetaOptimization
import NoisyQuadratic
import Testing

@Suite struct GlyphImagesTests {
  private static let size = GlyphImages.shape.count
  /// Drawn once: in a debug build an image takes a millisecond.
  private static let sample = Result { try GlyphImages(seed: 7).images(count: 500) }

  @Test("The pixels of a seed never change")
  func golden() throws {
    let images = try GlyphImages(seed: 1).images(count: 8)
    #expect(images.labels == [1, 5, 4, 9, 6, 2, 5, 8])
    #expect(hash(images.pixels) == 0x17D253BF3535FCD2)
  }

  @Test("An image follows from the seed and its index, whatever is drawn before it")
  func chunks() throws {
    let all = try GlyphImages(seed: 3).images(count: 12)
    #expect(try GlyphImages(seed: 3).images(count: 12) == all)
    var (pixels, labels) = ([UInt8](), [UInt8]())
    for range in [0..<1, 1..<7, 7..<12] {
      let part = try GlyphImages(seed: 3).images(range)
      pixels += part.pixels
      labels += part.labels
    }
    #expect(pixels == all.pixels)
    #expect(labels == all.labels)
    #expect(try all.prefix(5) == GlyphImages(seed: 3).images(count: 5))
    #expect(try GlyphImages(seed: 4).images(count: 12).pixels != all.pixels)
    #expect(try GlyphImages(seed: .max).images(.max - 2..<(.max)).count == 2)
  }

  @Test func everyDigitIsAsFrequent() throws {
    let images = try Self.sample.get()
    #expect(try images.shape == ImageShape(channels: 1, height: 28, width: 28))
    #expect(images.classes == 10)
    var counts = [Int](repeating: 0, count: 10)
    for label in images.labels { counts[Int(label)] += 1 }
    // Five standard deviations of a binomial count with mean 50.
    for count in counts { #expect(abs(count - 50) < 34) }
  }

  @Test("White on black: every image has both, most pixels are black, no row at the edge is full")
  func pixels() throws {
    let images = try Self.sample.get()
    var dark = 0
    for i in 0..<images.count {
      let image = images.pixels[i * Self.size..<(i + 1) * Self.size]
      #expect((image.max() ?? 0) > 100, "image \(i)")
      #expect(image.prefix(28).lazy.filter { $0 > 0 }.count < 14, "image \(i)")
      dark += image.lazy.filter { $0 == 0 }.count
    }
    let share = Double(dark) / Double(images.pixels.count)
    #expect((0.65...0.9).contains(share))
  }

  @Test("Images are nearer to the mean of their own digit than to others, but far from always")
  func digitsCanBeTold() throws {
    let images = try Self.sample.get()
    let trained = 400
    var means = [[Float]](repeating: [Float](repeating: 0, count: Self.size), count: 10)
    var counts = [Float](repeating: 0, count: 10)
    for i in 0..<trained {
      let label = Int(images.labels[i])
      counts[label] += 1
      for j in 0..<Self.size { means[label][j] += Float(images.pixels[i * Self.size + j]) }
    }
    for label in 0..<10 { means[label] = means[label].map { $0 / counts[label] } }
    var right = 0
    for i in trained..<images.count {
      let distances = means.map { mean in
        var sum: Float = 0
        for j in 0..<Self.size {
          let difference = Float(images.pixels[i * Self.size + j]) - mean[j]
          sum += difference * difference
        }
        return sum
      }
      let nearest = distances.indices.min { distances[$0] < distances[$1] }
      if nearest == Int(images.labels[i]) { right += 1 }
    }
    // Chance is 10; the nearest mean tells 82% of MNIST.
    #expect((60...97).contains(right))
  }

  @Test func indicesThatAreNone() {
    let glyphs = GlyphImages(seed: 1)
    for count in [.min, -1, 0] {
      #expect(
        throws: NoisyQuadraticError.invalidCount(field: "images", value: count, expected: "at least 1")
      ) { try glyphs.images(count: count) }
    }
    #expect(throws: NoisyQuadraticError.self) { try glyphs.images(5..<5) }
    #expect(throws: NoisyQuadraticError.self) { try glyphs.images(-1..<5) }
    #expect {
      try glyphs.images(count: .max)
    } throws: { error in
      guard case NoisyQuadraticError.exceedsMemory? = error as? NoisyQuadraticError else { return false }
      return true
    }
  }

  /// FNV-1a with 64 bits.
  private func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
