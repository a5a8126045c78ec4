import NoisyQuadratic
import Testing

/// A rule of the library beside the loop of the framework or paper that it stands for, written by hand from the
/// published pseudocode. The loops know nothing of matrices.
struct FrameworkLoop: Sendable, CustomTestStringConvertible {
  /// What a loop sees: rates and momenta, and stochastic gradients `g(t, point)`.
  struct Run {
    let alpha, mu: [Double]
    let gradient: (Int, Double) -> Double
  }

  let name: String
  let rule: any LinearUpdateRule
  /// The iterates whose loss counts, `θ_1 … θ_T`, from the start `θ_0`.
  let iterates: @Sendable (Run, Double) -> [Double]

  var testDescription: String { name }

  /// `torch.optim.SGD`, and SGDW if the decay is decoupled.
  private static func torch(
    _ run: Run, _ start: Double, nesterov: Bool = false, dampening: Double = 0, decay: Double = 0,
    decoupled: Double = 0
  ) -> [Double] {
    var parameter = start
    var buffer: Double?
    return run.alpha.indices.map { t in
      var gradient = run.gradient(t, parameter)
      parameter *= 1 - run.alpha[t] * decoupled
      if decay != 0 { gradient += decay * (parameter / (1 - run.alpha[t] * decoupled)) }
      if run.mu[t] != 0 {
        if let old = buffer {
          buffer = old * run.mu[t] + (1 - dampening) * gradient
        } else {
          buffer = gradient
        }
        gradient = nesterov ? gradient + run.mu[t] * (buffer ?? 0) : buffer ?? 0
      }
      parameter -= run.alpha[t] * gradient
      return parameter
    }
  }

  /// `mlx.optimizers.SGD`.
  private static func mlx(_ run: Run, _ start: Double, dampening: Double) -> [Double] {
    var (parameter, v) = (start, 0.0)
    return run.alpha.indices.map { t in
      let gradient = run.gradient(t, parameter)
      guard run.mu[t] > 0 else {
        parameter -= run.alpha[t] * gradient
        return parameter
      }
      v *= run.mu[t]
      v += dampening > 0 ? (1 - dampening) * gradient : gradient
      parameter -= run.alpha[t] * v
      return parameter
    }
  }

  /// `optax.sgd`: a trace of gradients, scaled by the rate after it.
  private static func optax(_ run: Run, _ start: Double, nesterov: Bool) -> [Double] {
    var (parameter, trace) = (start, 0.0)
    return run.alpha.indices.map { t in
      let g = run.gradient(t, parameter)
      trace = g + run.mu[t] * trace
      let update = nesterov ? g + run.mu[t] * trace : trace
      parameter += -run.alpha[t] * update
      return parameter
    }
  }

  /// `keras.optimizers.SGD`.
  private static func keras(_ run: Run, _ start: Double, nesterov: Bool) -> [Double] {
    var (w, velocity) = (start, 0.0)
    return run.alpha.indices.map { t in
      let g = run.gradient(t, w)
      velocity = run.mu[t] * velocity - run.alpha[t] * g
      w = nesterov ? w + run.mu[t] * velocity - run.alpha[t] * g : w + velocity
      return w
    }
  }

  /// Quasi-hyperbolic momentum, the algorithm of Ma and Yarats.
  private static func quasiHyperbolic(_ run: Run, _ start: Double, nu: Double) -> [Double] {
    var (theta, average) = (start, 0.0)
    return run.alpha.indices.map { t in
      let g = run.gradient(t, theta)
      average = run.mu[t] * average + (1 - run.mu[t]) * g
      theta -= run.alpha[t] * ((1 - nu) * g + nu * average)
      return theta
    }
  }

  /// Schedule-free SGD of Defazio et al., with the decay of their code, which is taken at y.
  private static func scheduleFree(_ run: Run, _ start: Double, decay: Double) -> [Double] {
    var (z, x, squares) = (start, start, 0.0)
    return run.alpha.indices.map { t in
      let y = (1 - run.mu[t]) * z + run.mu[t] * x
      z -= run.alpha[t] * (run.gradient(t, y) + decay * y)
      squares += run.alpha[t] * run.alpha[t]
      let c = squares > 0 ? run.alpha[t] * run.alpha[t] / squares : 0
      x += c * (z - x)
      return x
    }
  }

  /// Lookahead of Zhang et al. over Keras's Nesterov step; the loss is that of the slow weights.
  private static func lookahead(
    _ run: Run, _ start: Double, k: Int, a: Double, resets: Bool
  ) -> [Double] {
    var (fast, slow, velocity) = (start, start, 0.0)
    return run.alpha.indices.map { t in
      let g = run.gradient(t, fast)
      velocity = run.mu[t] * velocity - run.alpha[t] * g
      fast += run.mu[t] * velocity - run.alpha[t] * g
      if (t + 1) % k == 0 {
        slow += a * (fast - slow)
        fast = slow
        if resets { velocity = 0 }
      }
      return slow
    }
  }

  private static func exponential(_ iterates: [Double], from start: Double, decay: Double) -> [Double] {
    var average = start
    return iterates.map { theta in
      average = decay * average + (1 - decay) * theta
      return average
    }
  }

  /// For every t the mean of the iterates from `first(t)` to t, by summing anew.
  private static func means(_ iterates: [Double], from first: (Int) -> Int) -> [Double] {
    iterates.indices.map { t in
      let part = iterates[first(t)...t]
      return part.reduce(0, +) / Double(part.count)
    }
  }

  private static func all() throws -> [FrameworkLoop] {
    let torch = BufferMomentum(.pytorch)
    return [
      .init(name: "gradient descent", rule: GradientDescent()) { run, start in
        Self.torch(.init(alpha: run.alpha, mu: run.mu.map { _ in 0 }, gradient: run.gradient), start)
      },
      .init(name: "Keras", rule: VelocityMomentum()) { Self.keras($0, $1, nesterov: false) },
      .init(name: "Keras, Nesterov", rule: VelocityMomentum(.nesterov)) {
        Self.keras($0, $1, nesterov: true)
      },
      .init(name: "Sutskever", rule: VelocityMomentum(.lookAhead)) { run, start in
        var (theta, v) = (start, 0.0)
        return run.alpha.indices.map { t in
          v = run.mu[t] * v - run.alpha[t] * run.gradient(t, theta + run.mu[t] * v)
          theta += v
          return theta
        }
      },
      .init(name: "PyTorch", rule: torch) { Self.torch($0, $1) },
      .init(name: "PyTorch, Nesterov", rule: BufferMomentum(.pytorch, isNesterov: true)) {
        Self.torch($0, $1, nesterov: true)
      },
      .init(name: "PyTorch, dampening", rule: try BufferMomentum(.pytorch, dampening: 0.3)) {
        Self.torch($0, $1, dampening: 0.3)
      },
      .init(name: "MLX, dampening", rule: try BufferMomentum(.mlx, dampening: 0.3)) {
        Self.mlx($0, $1, dampening: 0.3)
      },
      .init(name: "optax", rule: BufferMomentum(.optax)) { Self.optax($0, $1, nesterov: false) },
      .init(name: "optax, Nesterov", rule: BufferMomentum(.optax, isNesterov: true)) {
        Self.optax($0, $1, nesterov: true)
      },
      .init(name: "quasi-hyperbolic", rule: try QuasiHyperbolicMomentum(averageShare: 0.7)) {
        Self.quasiHyperbolic($0, $1, nu: 0.7)
      },
      .init(name: "normalized", rule: QuasiHyperbolicMomentum()) {
        Self.quasiHyperbolic($0, $1, nu: 1)
      },
      .init(name: "PyTorch, L2", rule: try WeightDecay(of: torch, coefficient: 0.2)) {
        Self.torch($0, $1, decay: 0.2)
      },
      .init(name: "SGDW", rule: try WeightDecay(of: torch, coefficient: 0.3, .decoupled)) {
        Self.torch($0, $1, decoupled: 0.3)
      },
      .init(
        name: "SGDW and L2",
        rule: try WeightDecay(
          of: WeightDecay(of: torch, coefficient: 0.2), coefficient: 0.3, .decoupled)
      ) { Self.torch($0, $1, decay: 0.2, decoupled: 0.3) },
      .init(name: "schedule-free", rule: ScheduleFree()) { Self.scheduleFree($0, $1, decay: 0) },
      .init(name: "schedule-free, L2", rule: try WeightDecay(of: ScheduleFree(), coefficient: 0.2)) {
        Self.scheduleFree($0, $1, decay: 0.2)
      },
      .init(
        name: "EMA of PyTorch", rule: try AveragedIterates(of: torch, .exponential(decay: 0.8))
      ) { exponential(Self.torch($0, $1), from: $1, decay: 0.8) },
      .init(
        name: "SGDW around EMA",
        rule: try WeightDecay(
          of: AveragedIterates(of: torch, .exponential(decay: 0.8)), coefficient: 0.3, .decoupled)
      ) { exponential(Self.torch($0, $1, decoupled: 0.3), from: $1, decay: 0.8) },
      .init(
        name: "tail of 4", rule: try AveragedIterates(of: BufferMomentum(.optax), .tail(steps: 4))
      ) { run, start in
        let first = max(run.alpha.count - 4, 0)
        return means(Self.optax(run, start, nesterov: false)) { t in t < first ? t : first }
      },
      .init(name: "uniform average", rule: try AveragedIterates(of: torch, .uniform)) {
        means(Self.torch($0, $1)) { _ in 0 }
      },
      .init(
        name: "Lookahead over Nesterov",
        rule: try Lookahead(over: VelocityMomentum(.nesterov), innerSteps: 3, slowRate: 0.5)
      ) { Self.lookahead($0, $1, k: 3, a: 0.5, resets: false) },
      .init(
        name: "Lookahead with reset",
        rule: try Lookahead(
          over: VelocityMomentum(.nesterov), innerSteps: 3, slowRate: 0.4, resetsVelocity: true)
      ) { Self.lookahead($0, $1, k: 3, a: 0.4, resets: true) },
      .init(
        name: "EMA of Lookahead",
        rule: try AveragedIterates(
          of: Lookahead(over: VelocityMomentum(.nesterov), innerSteps: 2, slowRate: 0.5),
          .exponential(decay: 0.6))
      ) { exponential(Self.lookahead($0, $1, k: 2, a: 0.5, resets: false), from: $1, decay: 0.6) },
    ]
  }

  static let cases = (try? all()) ?? []
}
