import MetaOptimization
import NoisyQuadratic

/// Draws the images of ``GlyphImages`` one at a time.
struct GlyphWriter {
  private typealias Point = SIMD2<Double>

  /// The number of pieces of a stroke's curve between two of its points.
  private static let pieces = 4
  /// The number of cells in a row of the bending field's grid.
  private static let cells = 2

  private let key: UInt64
  private var generator: Xoshiro256StarStar
  private var canvas = GlyphCanvas(side: GlyphImages.shape.width)

  init(seed: UInt64) {
    generator = Xoshiro256StarStar(seed: seed)
    key = generator.next()
  }

  /// Appends the pixels of image `index` and returns its digit.
  mutating func write(_ index: Int, to pixels: inout [UInt8]) -> UInt8 {
    generator = Xoshiro256StarStar(seed: key ^ UInt64(index))
    let digit = below(10)
    let variants = DigitStrokes.variants[digit]
    let strokes = variants[below(variants.count)]
    // Most hands are steady, and some are not.
    let u = generator.uniform()
    draw(placed(curves(strokes, unsteadiness: 0.35 + 1.5 * u * u * u)))
    spoil()
    develop(into: &pixels)
    return UInt8(digit)
  }

  // MARK: Strokes

  /// Returns the strokes as lines of many points, bent and wavering.
  private mutating func curves(_ strokes: DigitStrokes.Strokes, unsteadiness: Double) -> [[Point]] {
    let field = bendingField(0.08 * unsteadiness)
    let turn = 0.09 * bell()
    let (cosine, sine) = ((1 - turn * turn) / (1 + turn * turn), 2 * turn / (1 + turn * turn))
    let shear = 0.17 * bell() + 0.17
    let stretch = 1 + between(-0.3, 0.2)
    return strokes.map { stroke in
      let offset = 0.02 * unsteadiness * Point(bell(), bell())
      let knots = stride(from: 0, to: stroke.count, by: 2).map {
        Point(stroke[$0], stroke[$0 + 1]) + 0.018 * unsteadiness * Point(bell(), bell())
      }
      return Self.curve(through: knots).map { point in
        var p = point + offset
        p += Self.bend(p, field) - 0.5
        p.x = stretch * (p.x - shear * p.y)
        return Point(cosine * p.x - sine * p.y, sine * p.x + cosine * p.y)
      }
    }
  }

  /// Returns random displacements at the corners of a grid.
  private mutating func bendingField(_ scale: Double) -> [Point] {
    (0..<(Self.cells + 1) * (Self.cells + 1)).map { _ in scale * Point(bell(), bell()) }
  }

  /// Returns the displacement of a point, interpolated from the corners of its cell.
  private static func bend(_ point: Point, _ field: [Point]) -> Point {
    let place = Double(cells) * point.clamped(lowerBound: .zero, upperBound: .one)
    let column = min(Int(place.x), cells - 1)
    let row = min(Int(place.y), cells - 1)
    let (u, v) = (smooth(place.x - Double(column)), smooth(place.y - Double(row)))
    let corner = row * (cells + 1) + column
    let above = field[corner] + u * (field[corner + 1] - field[corner])
    let below = field[corner + cells + 1] + u * (field[corner + cells + 2] - field[corner + cells + 1])
    return above + v * (below - above)
  }

  /// A function that rises from 0 to 1 with zero slope at both ends.
  private static func smooth(_ u: Double) -> Double { u * u * (3 - 2 * u) }

  /// Returns a cubic curve through all points. Its slope at a point is half the step between the neighbours
  /// of the point.
  private static func curve(through points: [Point]) -> [Point] {
    var result = [points[0]]
    for i in 1..<points.count {
      let (from, to) = (points[i - 1], points[i])
      let leaving = (to - points[max(i - 2, 0)]) / 2
      let arriving = (points[min(i + 1, points.count - 1)] - from) / 2
      for piece in 1...pieces {
        let u = Double(piece) / Double(pieces)
        let (v, s) = (1 - u, smooth(u))
        let bulge = u * v * v * leaving - u * u * v * arriving
        result.append(from + s * (to - from) + bulge)
      }
    }
    return result
  }

  /// Returns the strokes in pixels, scaled to about 20 pixels and placed near the middle.
  private mutating func placed(_ curves: [[Point]]) -> [[Point]] {
    var (low, high) = (curves[0][0], curves[0][0])
    for curve in curves {
      for point in curve {
        low = pointwiseMin(low, point)
        high = pointwiseMax(high, point)
      }
    }
    let size = high - low
    let scale = between(17, 20.5) / max(size.x, size.y, 0.1)
    let middle = Point(14 + 0.5 * bell(), 14 + 0.5 * bell())
    return curves.map { $0.map { middle + scale * ($0 - (low + high) / 2) } }
  }

  private mutating func draw(_ curves: [[Point]]) {
    canvas.clear()
    let u = generator.uniform()
    let width = 0.65 + 1.15 * u * u + 0.3 * generator.uniform()
    for curve in curves {
      let (start, end) = (width * between(0.75, 1.2), width * between(0.75, 1.2))
      let step = (end - start) / Double(curve.count - 1)
      for i in 1..<curve.count {
        canvas.line(
          from: SIMD2<Float>(curve[i - 1]), to: SIMD2<Float>(curve[i]),
          radii: (Float(start + Double(i - 1) * step), Float(start + Double(i) * step)))
      }
    }
  }

  // MARK: Pixels

  /// Adds a gap to one image in eight and a speck to one image in eight.
  private mutating func spoil() {
    let chance = below(64)
    if chance % 8 == 0 {
      let centre = Point(between(7, 21), between(7, 21))
      canvas.erase(around: SIMD2<Float>(centre), radius: Float(between(1, 2.5)))
    }
    if chance < 8 {
      let start = Point(between(4, 24), between(4, 24))
      let radius = Float(between(0.3, 0.9))
      canvas.line(
        from: SIMD2<Float>(start), to: SIMD2<Float>(start + Point(2 * bell(), 2 * bell())),
        radii: (radius, radius))
    }
  }

  /// Converts ink into pixels and adds grain only where there is ink.
  private mutating func develop(into pixels: inout [UInt8]) {
    let contrast = Float(between(0.85, 1.2))
    let grain = Float(between(0, 0.2))
    for ink in canvas.ink {
      guard ink > 0 else {
        pixels.append(0)
        continue
      }
      let light = ink * contrast * (1 + grain * Float(2 * generator.uniform() - 1))
      pixels.append(UInt8(255 * min(max(light, 0), 1) + 0.5))
    }
  }

  // MARK: Random numbers

  private mutating func below(_ bound: Int) -> Int { Int(Double(bound) * generator.uniform()) }

  private mutating func between(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * generator.uniform()
  }

  /// Returns a number with mean 0 and variance 1 that is nearly normal. It is a sum of three uniform numbers,
  /// which needs no logarithm and is therefore the same on every platform.
  private mutating func bell() -> Double {
    2 * (generator.uniform() + generator.uniform() + generator.uniform()) - 3
  }
}
