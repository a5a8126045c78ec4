import CNoisyQuadraticKernels

/// The nodes at which costates are bounded: lines of equal sums σ of the later rates, and columns of equal
/// sums ρ of their squares (B10, B13).
struct ExponentGrid {
  /// How fine a grid is.
  struct Resolution: Equatable {
    /// The least number of lines for each step of the schedule.
    var cells: Int
    /// The logarithm of the ratio of columns.
    var ratio: Double
    /// The number of cells over which a step is rounded up.
    var rounded: Int
    /// The width of the groups of directions.
    var width: Double
    /// The length of the grid, in sums of the schedule's rates.
    var length = 1.5
  }

  private(set) var lines: [nq_exponent_line]
  var columns: [nq_exponent_column]
  /// The limit on the rates.
  let limit: Double
  let rounded: Int
  let nodes: Int
  /// The first line from which a step may leave the grid.
  let end: Int

  /// A grid along a schedule. The schedule decides about the quality of the bound, not about its validity.
  ///
  /// - Parameters:
  ///   - rates: the schedule's rates, at least one.
  ///   - limit: the limit A on every rate, between 1e-60 and 1e60.
  ///   - resolution: how fine the grid is.
  init(rates: [Double], limit: Double, _ resolution: Resolution) {
    let widest = Self.widest(limit, resolution)
    let steps = Self.usable(rates, limit)
    var (sums, squares) = ([0.0], [0.0])
    for step in steps.reversed() {
      let (start, square) = (sums[sums.count - 1], squares[squares.count - 1])
      let cells = max(resolution.cells, Int((step / widest).rounded(.up)))
      for i in 1...cells {
        let part = Double(i) / Double(cells)
        sums.append(start + step * part)
        squares.append(square + step * step * part)
      }
    }
    let length = resolution.length * sums[sums.count - 1] + 1.2 * limit
    var width = sums[sums.count - 1] - sums[sums.count - 2]
    while sums[sums.count - 1] < length {
      width = min(1.05 * width, widest)
      sums.append(sums[sums.count - 1] + width)
      squares.append(squares[squares.count - 1] + (steps.first ?? 0) * width)
    }
    self.init(
      sums: sums, squares: squares, limit: limit, steps: rates.count, ratio: resolution.ratio,
      rounded: resolution.rounded)
  }

  /// A grid with the given lines, none further than `A' − A` from the next. With sums of squares, the columns of
  /// a line are near its sum.
  init(sums: [Double], squares: [Double]? = nil, limit: Double, steps: Int, ratio: Double, rounded: Int) {
    self.limit = limit
    self.rounded = rounded
    let last = sums[sums.count - 1]
    columns = Self.columns(
      from: 0.9 * sums[1] * sums[1], to: 1.5 * min(4 * last * last, 2 * limit * last),
      knee: Self.margin * limit, ratio: ratio)
    lines = Self.lines(sums, squares, columns, limit: limit, steps: Double(steps), rounded: rounded)
    let final = lines[lines.count - 1]
    nodes = final.offset + final.last - final.first + 1
    end = sums.firstIndex { last - $0 < limit } ?? sums.count - 1
  }

  /// The ratio of the sums of squares at the ends of a line to the schedule's. Up to 3, the bounds of `wu2018`,
  /// `1/i` and `(1, 0.1, 0.01)` keep eight digits; at 2 the gaps grow by up to a factor of two.
  private static let spread = 3.0

  /// The rates up to which a landing obeys the limits on cubes, in units of the limit.
  private static let margin = 1.126

  private static func widest(_ limit: Double, _ resolution: Resolution) -> Double {
    limit / Double(max(8, 2 * resolution.rounded))
  }

  /// The rates, none of them much smaller than the largest.
  private static func usable(_ rates: [Double], _ limit: Double) -> [Double] {
    let largest = max(min(rates.max() ?? 0, limit), 1e-6 * limit)
    return rates.map { min(max($0, 1e-3 * largest), limit) }
  }

  /// An estimate of the number of nodes, without making them.
  static func estimatedNodes(rates: [Double], limit: Double, _ resolution: Resolution) -> Double {
    let steps = usable(rates, limit)
    let widest = widest(limit, resolution)
    let sum = steps.reduce(0, +)
    let count = steps.reduce(0) { $0 + max(Double(resolution.cells), $1 / widest) }
    let more = (resolution.length - 1) * sum / widest + 200
    let columns = 2 * Elementary.log(spread) / resolution.ratio + 3
    return (count + more) * columns
  }

  /// Columns in a geometric series through the square of the knee, above the origin's.
  private static func columns(
    from low: Double, to high: Double, knee: Double, ratio: Double
  ) -> [nq_exponent_column] {
    let factor = Elementary.exp(ratio)
    var sums = [knee * knee]
    while sums[sums.count - 1] > low { sums.append(sums[sums.count - 1] / factor) }
    sums.reverse()
    while sums[sums.count - 1] < high || sums.count < 4 { sums.append(sums[sums.count - 1] * factor) }
    sums.insert(0, at: 0)
    return sums.indices.map { p in
      let rho = sums[p]
      let root = rho.squareRoot()
      // Beyond the knee, the tangent of ρ^{3/2}.
      let cube = rho <= knee * knee ? rho * root : knee * knee * knee + 1.5 * knee * (rho - knee * knee)
      return nq_exponent_column(
        rho: rho, cube: cube, root: min(root, knee),
        scale: p + 1 < sums.count ? 1 / (sums[p + 1] - rho) : 0, kept: 0)
    }
  }

  private static func lines(
    _ sums: [Double], _ squares: [Double]?, _ columns: [nq_exponent_column], limit: Double, steps: Double,
    rounded: Int
  ) -> [nq_exponent_line] {
    var lines = [
      nq_exponent_line(sigma: 0, inverse: 0, potential: 0, widest: sums[1], first: 0, last: 0, offset: 0)
    ]
    var (first, last, offset) = (1, 1, 1)
    for j in 1..<sums.count {
      let sigma = sums[j]
      var (least, most) = (sigma * sigma / steps, min(4 * sigma * sigma, 2 * limit * sigma))
      if let squares {
        (least, most) = (max(least, squares[j] / Self.spread), min(most, Self.spread * squares[j]))
      }
      // Both bounds rise from line to line.
      while first + 2 < columns.count, columns[first + 1].rho < least { first += 1 }
      while last + 1 < columns.count, columns[last].rho < most { last += 1 }
      last = max(last, first + 1)
      let width = j + 1 < sums.count ? sums[j + 1] - sigma : sigma - sums[j - 1]
      let potential =
        j < rounded
        ? 0 : max(lines[j - 1].potential, lines[j - rounded].potential + 0.25 * width * width)
      lines.append(
        nq_exponent_line(
          sigma: sigma, inverse: 1 / sigma, potential: potential,
          widest: max(lines[j - 1].widest, width), first: first, last: last, offset: offset))
      offset += last - first + 1
    }
    return lines
  }
}
