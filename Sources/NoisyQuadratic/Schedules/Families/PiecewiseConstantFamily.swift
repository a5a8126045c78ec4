/// Schedules of k constant pieces of equal length: `α_t = λ_j` for t in `⌊jT/k⌋ ..< ⌊(j+1)T/k⌋`.
///
/// Parameters: `value0`, `value1` …, one for every piece.
public struct PiecewiseConstantFamily: ScheduleFamily {
  /// The number of pieces k ≥ 1. A run must have at least k steps.
  public let pieces: Int
  /// The momentum of every step.
  public var momentum: FamilyMomentum

  /// The family of schedules of `pieces` constant pieces.
  ///
  /// - Parameters:
  ///   - pieces: k ≥ 1.
  ///   - momentum: the momentum of every step.
  /// - Throws: ``NoisyQuadraticError`` for fewer than one piece, or for more pieces than fit into memory.
  public init(pieces: Int, momentum: FamilyMomentum = .fixed(0)) throws(NoisyQuadraticError) {
    guard pieces >= 1 else {
      throw .invalidCount(field: "pieces", value: pieces, expected: "at least 1")
    }
    // The descriptions of the parameters take the most memory per piece.
    try MemoryRequirement.check("pieces", pieces, doubles: 16 * Double(pieces))
    self.pieces = pieces
    self.momentum = momentum
  }

  /// The parameters `value0`, `value1` …, one for every piece.
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
    // Quotient and remainder are separate because j times T need not fit into an integer.
    let (length, rest) = steps.quotientAndRemainder(dividingBy: pieces)
    return try .piecewiseConstant(
      values: values, boundaries: (1..<pieces).map { $0 * length + $0 * rest / pieces },
      momentum: momentum, steps: steps)
  }

  /// The derivatives by the parameters, each 1 within its piece and 0 elsewhere (F2).
  public func rateDerivatives(_ values: [Double], steps: Int) throws(NoisyQuadraticError) -> [[Double]] {
    try derivativesOfLinearRates(steps: steps)
  }
}
