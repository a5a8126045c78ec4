import NoisyQuadratic
import Testing

/// Conversions between the conventions of momentum (D6), against runs of each one's own loop.
@Suite struct ScheduleConversionTests {
  /// The positions of a run on `L = θ²/2` from `θ = 1`, with the given noise added to the gradients.
  static func positions(_ schedule: Schedule, noise: [Double]) -> [Double] {
    var (theta, buffer, isSet) = (1.0, 0.0, false)
    return schedule.indices.map { t in
      let (alpha, mu) = (schedule.learningRates[t], schedule.momenta[t])
      let g = theta + noise[t]
      switch schedule.convention {
      case .velocity:
        buffer = mu * buffer - alpha * g
        theta += buffer
      case .velocityNesterov:
        buffer = mu * buffer - alpha * g
        theta += mu * buffer - alpha * g
      case .pytorch, .pytorchNesterov:
        var direction = g
        if mu != 0 {
          buffer = isSet ? mu * buffer + g : g
          isSet = true
          direction = schedule.convention == .pytorch ? buffer : g + mu * buffer
        }
        theta -= alpha * direction
      case .optax:
        buffer = mu * buffer + g
        theta -= alpha * buffer
      case .optaxNesterov:
        buffer = mu * buffer + g
        theta -= alpha * (g + mu * buffer)
      case .normalized:
        buffer = mu * buffer + (1 - mu) * g
        theta -= alpha * buffer
      }
      return theta
    }
  }

  private static let heavyBalls: [MomentumConvention] = [.velocity, .pytorch, .optax, .normalized]
  private static let nesterovs: [MomentumConvention] = [.velocityNesterov, .pytorchNesterov, .optaxNesterov]

  private static func schedule(
    _ convention: MomentumConvention, seed: UInt64, rates: ClosedRange<Double> = 0.01...0.5,
    zeros: Bool = false
  ) throws -> (schedule: Schedule, noise: [Double]) {
    var random = Xoshiro256StarStar(seed: seed)
    let steps = 12
    let alpha = (0..<steps).map { _ in Double.random(in: rates, using: &random) }
    let mu = (0..<steps).map { t in
      zeros && t % 4 < 2 ? 0 : Double.random(in: 0.05...0.95, using: &random)
    }
    let noise = (0..<steps).map { _ in Double.random(in: -1...1, using: &random) }
    return (try Schedule(learningRates: alpha, momenta: mu, convention: convention), noise)
  }

  private static func expectEqual(_ a: Schedule, _ b: Schedule, _ noise: [Double]) {
    for (x, y) in zip(positions(a, noise: noise), positions(b, noise: noise)) {
      #expect(abs(x - y) <= 1e-13 * max(1, abs(x)), "\(a.convention) \(b.convention)")
    }
  }

  @Test("D6: heavy balls of all conventions make the same steps", arguments: heavyBalls, heavyBalls)
  func heavyBall(from: MomentumConvention, to: MomentumConvention) throws {
    for seed in 1...5 as ClosedRange<UInt64> {
      let (schedule, noise) = try Self.schedule(from, seed: seed)
      let converted = try schedule.converted(to: to)
      #expect(converted.convention == to)
      Self.expectEqual(schedule, converted, noise)
      // And back to the same numbers.
      let back = try converted.converted(to: from)
      for t in schedule.indices {
        #expect(abs(back.learningRates[t] - schedule.learningRates[t]) <= 1e-14)
        #expect(abs(back.momenta[t] - schedule.momenta[t]) <= 1e-13)
      }
    }
  }

  @Test("D6: momentum that starts and ends within the run", arguments: heavyBalls)
  func zeros(to: MomentumConvention) throws {
    let (schedule, noise) = try Self.schedule(.velocity, seed: 3, zeros: true)
    Self.expectEqual(schedule, try schedule.converted(to: to), noise)
    // Momentum that sets in late, and stays.
    let late = try Schedule(
      learningRates: Array(schedule.learningRates[..<6]), momenta: [0, 0, 0, 0.9, 0.8, 0.7],
      convention: .pytorch)
    Self.expectEqual(late, try late.converted(to: to), noise)
  }

  @Test("D6: Nesterov's momentum at a constant rate", arguments: nesterovs, nesterovs)
  func nesterov(from: MomentumConvention, to: MomentumConvention) throws {
    let (schedule, noise) = try Self.schedule(from, seed: 9, rates: 0.2...0.2)
    Self.expectEqual(schedule, try schedule.converted(to: to), noise)
  }

  @Test("D6: Nesterov's momentum with PyTorch's buffer at changing rates")
  func nesterovBuffers() throws {
    let (schedule, noise) = try Self.schedule(.optaxNesterov, seed: 2, zeros: true)
    Self.expectEqual(schedule, try schedule.converted(to: .pytorchNesterov), noise)
    let late = try Schedule(
      learningRates: Array(schedule.learningRates[..<6]), momenta: [0, 0, 0, 0.9, 0.8, 0.7],
      convention: .pytorchNesterov)
    Self.expectEqual(late, try late.converted(to: .optaxNesterov), noise)
  }

  @Test("D6: rates of 0 where nothing moves")
  func restingSteps() throws {
    let noise = [0.3, -0.2, 0.1, 0.5, -0.4]
    let inside = try Schedule(learningRates: [0, 0.1, 0, 0.2, 0.1], momenta: [0.5, 0.9, 0, 0.9, 0.9])
    for to in Self.heavyBalls { Self.expectEqual(inside, try inside.converted(to: to), noise) }
    // A run that ends at rate 0, and a warmup between outside forms.
    let cooled = try Schedule(learningRates: [0.1, 0.05, 0], momenta: [0.9, 0.9, 0.9], convention: .pytorch)
    for to in Self.heavyBalls { Self.expectEqual(cooled, try cooled.converted(to: to), noise) }
    let warmup = try Schedule(learningRates: [0, 0.1], momenta: [0.9, 0.9], convention: .pytorch)
    for to in [MomentumConvention.optax, .normalized] {
      Self.expectEqual(warmup, try warmup.converted(to: to), noise)
    }
    let end = Self.positions(warmup, noise: [0, 0])[1]
    #expect(abs(end * end / 2 - 0.32805) < 1e-15)
  }

  /// Schedules without an equal: convention, rates, momenta, target, and the step at fault.
  private static let impossible: [(MomentumConvention, [Double], [Double], MomentumConvention, Int)] = [
    (.pytorch, [0, 0.1], [0.9, 0.9], .velocity, 1),
    (.velocity, [0.1, 0, 0.1], [0.9, 0.9, 0.9], .pytorch, 1),
    (.pytorch, [0.1, 0.1, 0.1, 0.1], [0.9, 0, 0, 0.9], .velocity, 3),
    (.pytorch, [0.1, 0.1, 0.1], [0.9, 0.9, 0.9], .pytorchNesterov, 1),
    (.optaxNesterov, [0.1, 0.1, 0.1], [0.9, 0, 0.9], .velocity, 2),
    (.optaxNesterov, [0.1, 0.1, 0.2], [0.9, 0.9, 0.9], .velocityNesterov, 2),
    (.normalized, [0.1, 0.1], [0.5, 1.5], .velocity, 1),
    (.pytorch, [1e-200, 1e200], [0.5, 0.5], .velocity, 1),
  ]

  @Test("A step without an equal is named", arguments: impossible.indices)
  func refused(_ i: Int) throws {
    let (from, rates, momenta, to, step) = Self.impossible[i]
    let schedule = try Schedule(learningRates: rates, momenta: momenta, convention: from)
    do {
      let converted = try schedule.converted(to: to)
      Issue.record("converted to \(converted)")
    } catch {
      guard case .notConvertible(from.rawValue, to.rawValue, step, _) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(!error.description.contains("\n"))
    }
  }

  @Test("Without momentum every convention is plain SGD", arguments: MomentumConvention.allCases)
  func plain(_ convention: MomentumConvention) throws {
    let schedule = try Schedule(learningRates: [0, 0.3, 0.1], convention: convention)
    for to in MomentumConvention.allCases {
      #expect(try schedule.converted(to: to) == schedule.with(convention: to))
    }
  }
}
