/// A square grey canvas for a round pen.
struct GlyphCanvas {
  /// The number of pixels in a row, and of rows.
  let side: Int
  /// The ink of every pixel from 0 to 1, row after row from the top.
  private(set) var ink: [Float]

  init(side: Int) {
    self.side = side
    ink = Array(repeating: 0, count: side * side)
  }

  mutating func clear() {
    for i in ink.indices { ink[i] = 0 }
  }

  /// Draws a straight line between two points. The radius of the pen changes from that of one end to that of
  /// the other. The centre of pixel (i, j) is at i + ½, j + ½. The ink falls from 1 to 0 over one pixel
  /// around the edge of the line.
  mutating func line(
    from start: SIMD2<Float>, to end: SIMD2<Float>, radii: (start: Float, end: Float)
  ) {
    let reach = max(radii.start, radii.end) + 1
    let columns = span(min(start.x, end.x) - reach, max(start.x, end.x) + reach)
    let rows = span(min(start.y, end.y) - reach, max(start.y, end.y) + reach)
    let direction = end - start
    let square = max((direction * direction).sum(), 1e-12)
    for row in rows {
      for column in columns {
        let offset = SIMD2(Float(column), Float(row)) + 0.5 - start
        let place = min(max((offset * direction).sum() / square, 0), 1)
        let apart = offset - place * direction
        let edge = radii.start + place * (radii.end - radii.start) + 0.5
        let distance = (apart * apart).sum()
        guard distance < edge * edge else { continue }
        let coverage = min(edge - distance.squareRoot(), 1)
        ink[row * side + column] = max(ink[row * side + column], coverage)
      }
    }
  }

  /// Erases a disc.
  mutating func erase(around centre: SIMD2<Float>, radius: Float) {
    for row in span(centre.y - radius, centre.y + radius) {
      for column in span(centre.x - radius, centre.x + radius) {
        let offset = SIMD2(Float(column), Float(row)) + 0.5 - centre
        if (offset * offset).sum() < radius * radius { ink[row * side + column] = 0 }
      }
    }
  }

  /// Returns the pixels of a row or column that intersect an interval.
  private func span(_ low: Float, _ high: Float) -> Range<Int> {
    let first = Int(min(max(low, 0), Float(side)))
    return first..<max(first, Int(min(max(high + 1, 0), Float(side))))
  }
}
