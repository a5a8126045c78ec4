/// Constant pieces of equal length: `α_t = λ_j` for t from `⌊jT/k⌋` up to `⌊(j+1)T/k⌋`.
///
/// Parameters: `value0` … , one for every piece.
public struct PiecewiseConstantFamily: ScheduleFamily {
  /// k ≥ 1; a run has at least as many steps.
  public let pieces: Int
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// Schedules of `pieces` constant pieces.
  ///
  /// - Parameters:
  ///   - pieces: k ≥ 1.
  ///   - momentum: of every step.
  /// - Throws: ``NoisyQuadraticError`` for fewer than one piece, or more than fit into memory.
  public init(pieces: Int, momentum: FamilyMomentum = .fixed(0)) throws(NoisyQuadraticError) {
    guard pieces >= 1 else {
      throw .invalidCount(field: "pieces", value: pieces, expected: "at least 1")
    }
    // The parameters' descriptions are the largest of what belongs to a piece.
    try MemoryRequirement.check("pieces", pieces, doubles: 16 * Double(pieces))
    self.pieces = pieces
    self.momentum = momentum
  }

  /// `value0` … for every piece.
  public var rateParameters: [ScheduleParameter] {
    (0..<pieces).map { ScheduleParameter("value\($0)", .learningRate) }
  }

  /// See ``Schedule/piecewiseConstant(values:boundaries:momentum:steps:)``.
  public func schedule(
    rateParameters values: [Double], momentum: Double, steps: Int
  ) throws(NoisyQuadraticError) -> Schedule {
    guard pieces <= max(steps, 1) else {
      throw .invalidCount(field: "pieces", value: pieces, expected: "1 to \(max(steps, 1))")
    }
    // Quotient and remainder apart: j times T need not fit into an integer.
    let (length, rest) = steps.quotientAndRemainder(dividingBy: pieces)
    return try .piecewiseConstant(
      values: values, boundaries: (1..<pieces).map { $0 * length + $0 * rest / pieces },
      momentum: momentum, steps: steps)
  }

  /// 1 within the piece and 0 elsewhere (F2).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    try derivativesOfLinearRates(steps: steps)
  }
}
