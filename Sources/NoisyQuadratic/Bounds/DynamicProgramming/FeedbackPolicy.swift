/// A learning rate for every state of the second moments and every number of steps left, for SGD without
/// momentum.
///
/// The policy is built from a few schedules. Its rate is that of the best plan that takes one free step and
/// then follows the end of one of the schedules:
/// ```
/// α(m, s) = argmin over j, α of  Σ w (1 − αh)² m + α² Σ w c + b,
/// (w, b) = costate of schedule j, s − 1 steps left
/// ```
/// From any state, the policy ends at or below ``lossBound(secondMoment:stepsLeft:)``. That bound is the
/// lowest loss reached by following one schedule's end throughout (B8).
///
/// Moments are those of the model's directions; learning rates are in 1/curvature.
public struct FeedbackPolicy: Sendable {
  /// The largest number of steps left for which the policy is defined.
  public let horizon: Int
  private let problem: NormalizedProblem
  private let merged: MergedProblem
  private let dimension: Int
  private let rateLimit: Double
  /// The final loss of every schedule's end as a function of the moments, for every number of steps left.
  private let pieces: [[Piece]]

  /// `loss = Σ w m + b`.
  private struct Piece: Sendable {
    var costate: [Double]
    var offset: Double
  }

  /// The number of doubles that the policy of `schedules` schedules stores.
  static func doubles(dimension: Int, horizon: Int, schedules: Int) -> Double {
    Double(schedules) * Double(dimension + 8) * (Double(horizon) + 1)
  }

  /// Creates the policy of some schedules of one length, given by their rates in the kernels' units.
  init(
    _ model: NoisyQuadraticModel, _ problem: NormalizedProblem, _ merged: MergedProblem, rateLimit: Double,
    schedules: [[Double]]
  ) {
    let horizon = schedules.first?.count ?? 0
    let last = Piece(costate: merged.finalCostate, offset: 0)
    var pieces = [[last]]
    for left in 0..<horizon {
      pieces.append(
        schedules.indices.map { j in
          let next = left == 0 ? last : pieces[left][j]
          let rate = schedules[j][horizon - 1 - left]
          return Self.before(next, rate, merged)
        })
    }
    dimension = model.dimension
    self.horizon = horizon
    self.problem = problem
    self.merged = merged
    self.rateLimit = rateLimit
    self.pieces = pieces
  }

  private static func before(_ next: Piece, _ rate: Double, _ merged: MergedProblem) -> Piece {
    var piece = next
    for i in piece.costate.indices {
      let u = 1 - rate * merged.curvature[i]
      piece.offset += rate * rate * next.costate[i] * merged.noise[i]
      piece.costate[i] *= u * u
    }
    return piece
  }

  /// The learning rate to use at a state.
  ///
  /// - Parameters:
  ///   - secondMoment: `m_i ≥ 0`, one for each of the model's directions.
  ///   - stepsLeft: 1 to ``horizon``.
  /// - Returns: a rate within the limit that the policy was made for.
  /// - Throws: ``NoisyQuadraticError`` for an argument outside its domain.
  /// - Complexity: O(d) for each schedule behind the policy.
  public func learningRate(secondMoment: [Double], stepsLeft: Int) throws(NoisyQuadraticError) -> Double {
    problem.modelRate(best(try state(secondMoment, stepsLeft, from: 1), stepsLeft).rate)
  }

  /// An upper bound on the final loss of the policy from a state. Some schedule has this final loss.
  ///
  /// - Parameters:
  ///   - secondMoment: `m_i ≥ 0`, one for each of the model's directions.
  ///   - stepsLeft: 0 to ``horizon``.
  /// - Returns: the bound, without allowance for rounding, which is of some `d + T` units in the last place.
  /// - Throws: ``NoisyQuadraticError`` for an argument outside its domain.
  public func lossBound(secondMoment: [Double], stepsLeft: Int) throws(NoisyQuadraticError) -> Double {
    let state = try state(secondMoment, stepsLeft, from: 0)
    return problem.modelLoss(pieces[stepsLeft].map { value($0, state) }.min() ?? .infinity)
  }

  /// The schedule that the policy follows from a state to the end.
  ///
  /// - Parameters:
  ///   - secondMoment: `m_i ≥ 0`, one for each of the model's directions.
  ///   - steps: 0 to ``horizon``.
  /// - Returns: `steps` rates without momentum.
  /// - Throws: ``NoisyQuadraticError`` for an argument outside its domain.
  public func schedule(secondMoment: [Double], steps: Int) throws(NoisyQuadraticError) -> Schedule {
    var state = try state(secondMoment, steps, from: 0)
    var rates = [Double]()
    for left in stride(from: steps, to: 0, by: -1) {
      let rate = best(state, left).rate
      for i in state.indices {
        let u = 1 - rate * merged.curvature[i]
        state[i] = u * u * state[i] + rate * rate * merged.noise[i]
      }
      rates.append(problem.modelRate(rate))
    }
    return Schedule(validRates: rates, momenta: rates.map { _ in 0 })
  }

  /// The moments of the distinct curvatures.
  private func state(
    _ secondMoment: [Double], _ stepsLeft: Int, from least: Int
  ) throws(NoisyQuadraticError) -> [Double] {
    guard secondMoment.count == dimension else {
      throw .lengthMismatch(field: "secondMoment", expected: dimension, actual: secondMoment.count)
    }
    for (i, m) in secondMoment.enumerated() where !(m >= 0) || !m.isFinite {
      throw .invalidValue(field: "secondMoment", index: i, value: m, expected: "a finite number ≥ 0")
    }
    guard (least...horizon).contains(stepsLeft) else {
      throw .invalidCount(
        field: "stepsLeft", value: stepsLeft, expected: "\(least) to the horizon, \(horizon)")
    }
    return merged.merge(problem.directions.map { problem.scaledMoment(secondMoment[$0]) })
  }

  private func value(_ piece: Piece, _ state: [Double]) -> Double {
    zip(piece.costate, state).reduce(piece.offset) { $0 + $1.0 * $1.1 }
  }

  /// The best plan of one free step followed by the end of a schedule.
  private func best(_ state: [Double], _ stepsLeft: Int) -> (rate: Double, loss: Double) {
    var best = (rate: 0.0, loss: Double.infinity)
    for piece in pieces[stepsLeft - 1] {
      var step = StepQuadratic(aa: 0, am: 0, mm: 0, ba: 0, bm: 0)
      for i in state.indices {
        let (h, w) = (merged.curvature[i], piece.costate[i])
        step.aa += 2 * w * (h * h * state[i] + merged.noise[i])
        step.ba += 2 * w * h * state[i]
      }
      let rate = step.minimizer(maximumRate: rateLimit, maximumMomentum: 0).alpha
      let loss = value(piece, state) + step.value(rate, 0)
      if loss < best.loss { best = (rate, loss) }
    }
    return best
  }
}
