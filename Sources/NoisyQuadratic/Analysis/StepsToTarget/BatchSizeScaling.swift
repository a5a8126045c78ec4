/// The fewest steps to a target over batch sizes, for several methods and preconditioners (``StepsToTarget``).
public struct BatchSizeScaling: Sendable, Equatable {
  /// A method with a preconditioner.
  public struct Course: Sendable, Hashable {
    /// The method.
    public let method: StepsToTarget.Method
    /// p of the preconditioner `H^{−p}`, ``NoisyQuadraticModel/preconditioned(power:)``.
    public let power: Double

    /// Creates a course.
    public init(_ method: StepsToTarget.Method, power: Double = 0) {
      self.method = method
      self.power = power
    }
  }

  /// The results of one course.
  public struct Curve: Sendable, Equatable {
    /// The method and preconditioner.
    public let course: Course
    /// The result at every batch size.
    public let outcomes: [TargetOutcome]
    /// The hyperbola through the steps of the batch sizes that reach the target, if at least three do and tell it.
    public let critical: CriticalBatchSize?
  }

  /// The target and the limits of the search.
  public let search: StepsToTarget
  /// The batch sizes.
  public let batchSizes: [Double]
  /// The results, in the order of the courses.
  public let curves: [Curve]

  /// Computes all results on all cores. They do not depend on the number of cores.
  ///
  /// - Parameters:
  ///   - model: the noisy quadratic, whose batch size is not used.
  ///   - search: the target and the limits, which apply to the preconditioned problem.
  ///   - courses: methods and preconditioners.
  ///   - batchSizes: batch sizes.
  /// - Throws: ``NoisyQuadraticError`` of ``StepsToTarget/outcome(of:for:)`` and of the preconditioner.
  public init(
    _ model: NoisyQuadraticModel, _ search: StepsToTarget, courses: [Course], batchSizes: [Double]
  ) async throws(NoisyQuadraticError) {
    let points = courses.indices.flatMap { course in batchSizes.map { (course: course, batchSize: $0) } }
    let models = try courses.map { course throws(NoisyQuadraticError) in
      course.power == 0 ? model : try model.preconditioned(power: course.power)
    }
    let outcomes = try await Parallel.map(points) { point throws(NoisyQuadraticError) in
      try search.outcome(
        of: courses[point.course].method, for: models[point.course].with(batchSize: point.batchSize))
    }
    self.search = search
    self.batchSizes = batchSizes
    curves = courses.enumerated().map { i, course in
      let part = Array(outcomes[i * batchSizes.count..<(i + 1) * batchSizes.count])
      let reached = part.indices.filter { (part[$0].reached?.steps ?? 0) > 0 }
      return Curve(
        course: course, outcomes: part,
        critical: CriticalBatchSize(
          batchSizes: reached.map { batchSizes[$0] },
          steps: reached.compactMap { part[$0].reached.map { Double($0.steps) } }))
    }
  }
}
