import NoisyQuadratic

/// A noisy quadratic in continuous time whose noise floor is a power of the learning rate (T1, T2).
///
/// ```
/// L(t) = L_∞ + S(τ_t) + Σ_j b_j k_j(t)          τ_t = Σ_{s<t} α_s
/// k_j(t+1) = u² k_j(t) + (1 − u²) f_t            u² = e^{−2 α_t h_j},   k_j(0) = 0
/// f_t = (α_t/α*)^p ((τ + δ)/(τ* + δ))^{−d}       τ in the middle of step t
/// ```
/// SGD has p = 1 and d = 0 as long as αh is small: then it is the quadratic with `c_j = 4 b_j/α*` for a
/// direction's noise. An adaptive optimizer divides by the gradient's size, which changes the power p, and
/// its noise floor falls during training, with the power d.
///
/// Units: τ, δ, α* and 1/h share the unit of the learning rate.
public struct RelaxationModel: Sendable, Equatable, Codable {
  /// The loss L_∞ ≥ 0 that no schedule goes below.
  public var asymptote: Double
  /// The signal S.
  public var signal: PowerLawSignal
  /// The noise, with increasing curvatures.
  public var noise: [NoiseComponent]
  /// The power p > 0 of the rate.
  public var noiseExponent: Double
  /// The power d of the fall of the noise floor.
  public var driftExponent: Double
  /// δ > 0.
  public var driftOffset: Double
  /// The rate α* > 0 at which the noise components have their levels.
  public var peakRate: Double

  /// A model with the given numbers.
  public init(
    asymptote: Double, signal: PowerLawSignal, noise: [NoiseComponent], noiseExponent: Double = 1,
    driftExponent: Double = 0, driftOffset: Double, peakRate: Double
  ) {
    (self.asymptote, self.signal, self.noise) = (asymptote, signal, noise)
    (self.noiseExponent, self.driftExponent) = (noiseExponent, driftExponent)
    (self.driftOffset, self.peakRate) = (driftOffset, peakRate)
  }

  /// What a model knows of a run: its intrinsic time and its noise.
  public struct State: Sendable, Equatable {
    /// τ.
    public var time: Double
    /// k_j, one for every noise component.
    public var noise: [Double]
  }

  /// The state before the first step.
  public var start: State { State(time: 0, noise: Array(repeating: 0, count: noise.count)) }

  /// The factor `((τ + δ)/(τ* + δ))^{−d}` by which the noise floor has changed.
  public func drift(at time: Double) -> Double {
    driftExponent == 0
      ? 1 : Elementary.pow((time + driftOffset) / (signal.timeScale + driftOffset), -driftExponent)
  }

  /// The loss of a run in a state.
  public func loss(_ state: State) -> Double {
    zip(noise, state.noise).reduce(asymptote + signal.value(at: state.time)) {
      $0 + $1.0.level * $1.1
    }
  }

  /// Moves a state on by one step.
  ///
  /// - Parameters:
  ///   - state: the state.
  ///   - rate: the learning rate α ≥ 0 of the step.
  public func advance(_ state: inout State, rate: Double) { advance(&state, by: rate, rate: rate) }

  /// Moves a state on by an intrinsic time, over which the rate is constant.
  private func advance(_ state: inout State, by time: Double, rate: Double) {
    guard rate > 0 else { return }
    let floor = Elementary.pow(rate / peakRate, noiseExponent) * drift(at: state.time + time / 2)
    for (j, component) in noise.enumerated() {
      // 1 − u², without cancellation.
      let share = -Elementary.expm1(-2 * time * component.curvature)
      state.noise[j] += share * (floor - state.noise[j])
    }
    state.time += time
  }

  /// The final loss from a state on, with neighbouring rates taken for their mean while they differ by at most
  /// 1% and the floor's drift is small. It is the fast twin of ``advance(_:rate:)``, for searches.
  package func nearFinalLoss(from start: State, _ rates: some Sequence<Double>) -> Double {
    var state = start
    var (first, sum, count) = (0.0, 0.0, 0.0)
    for rate in rates {
      // Over 5% of τ + δ the drift changes by at most d times as much.
      let isLong = driftExponent != 0 && sum > 0.05 * (state.time + driftOffset)
      if isLong || abs(rate - first) > 0.01 * first {
        advance(&state, by: sum, rate: sum / max(count, 1))
        (first, sum, count) = (rate, 0, 0)
      }
      sum += rate
      count += 1
    }
    advance(&state, by: sum, rate: sum / max(count, 1))
    return loss(state)
  }

  /// The predicted losses under given rates.
  ///
  /// - Parameters:
  ///   - learningRates: the rates from the first step on.
  ///   - steps: numbers of updates, ascending, each from 0 to the number of rates.
  /// - Returns: the loss after each of these numbers of updates.
  /// - Complexity: O(T n) for T steps and n noise components.
  public func losses(under learningRates: [Double], at steps: [Int]) -> [Double] {
    var state = start
    var done = 0
    return steps.map { step in
      for rate in learningRates[done..<step] { advance(&state, rate: rate) }
      done = step
      return loss(state)
    }
  }
}
