import NoisyQuadratic

/// A family of schedules by its name: a row of the one table that ``FamilyText``, help texts and
/// Docs/ScheduleFormat.md share.
struct NamedFamily: Sendable {
  /// How a family becomes a schedule.
  enum Constructor: Sendable {
    /// A schedule of the given number of steps.
    case schedule(@Sendable (FamilyValues, _ steps: Int) throws(NoisyQuadraticError) -> Schedule)
    /// A change to the schedule that follows.
    case change(@Sendable (FamilyValues, _ next: Schedule) throws(NoisyQuadraticError) -> Schedule)
  }

  let name: String
  /// One line that says what the schedule is.
  let summary: String
  /// The parameters of the family itself, without those of every piece of a text.
  let parameters: [FamilyParameter]
  let constructor: Constructor

  /// A family whose schedules have one momentum for all steps, the last parameter.
  private init(
    _ name: String, _ summary: String, _ parameters: [FamilyParameter],
    build:
      @escaping @Sendable (FamilyValues, _ momentum: Double, _ steps: Int) throws(NoisyQuadraticError)
      -> Schedule
  ) {
    self.init(
      name, summary, parameters + [.init("momentum", .momentum, .optional("0"), "momentum of every step")],
      .schedule { values, steps throws(NoisyQuadraticError) in
        try build(values, values.number("momentum"), steps)
      })
  }

  private init(
    _ name: String, _ summary: String, _ parameters: [FamilyParameter], _ constructor: Constructor
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.constructor = constructor
  }

  // MARK: Parameters that families share

  /// The words for the default that is the number of steps.
  static let horizon = "horizon"

  private static let initialValue = FamilyParameter(
    "initialValue", .rate, .required(for: "0.8"), "rate of step 0")
  private static let endValue = FamilyParameter("endValue", .rate, .optional("0"), "rate at the end")
  private static let peakValue = FamilyParameter("peakValue", .rate, .required(for: "0.8"), "largest rate")
  private static let warmupSteps = FamilyParameter(
    "warmupSteps", .count(atLeast: 0), .required(for: "20"), "steps of the rise to the peak")

  private static func transitionSteps(_ presence: FamilyParameter.Presence) -> FamilyParameter {
    .init("transitionSteps", .count(atLeast: 0), presence, "steps from one value to the next")
  }

  private static func decayRate(_ example: String) -> FamilyParameter {
    .init("decayRate", .number, .required(for: example), "factor per transitionSteps")
  }

  private static func power(_ presence: FamilyParameter.Presence) -> FamilyParameter {
    .init("power", .number, presence, "power of the fraction that is left")
  }

  // MARK: The table

  static let all = [
    NamedFamily(
      "constant", "one rate", [.init("learningRate", .rate, .required(for: "0.1"), "rate of every step")]
    ) { values, momentum, steps throws(NoisyQuadraticError) in
      try .constant(learningRate: values.number("learningRate"), momentum: momentum, steps: steps)
    },
    NamedFamily(
      "linear", "a straight line", [initialValue, endValue, transitionSteps(.derived(horizon))]
    ) { values, momentum, steps throws(NoisyQuadraticError) in
      try .linear(
        initialValue: values.number("initialValue"), endValue: values.number("endValue"),
        transitionSteps: values.optionalCount("transitionSteps"), momentum: momentum, steps: steps)
    },
    NamedFamily(
      "exponential", "exponential decay", [initialValue, decayRate("0.99"), transitionSteps(.optional("1"))]
    ) { values, momentum, steps throws(NoisyQuadraticError) in
      try .exponential(
        initialValue: values.number("initialValue"), decayRate: values.number("decayRate"),
        transitionSteps: values.count("transitionSteps"), momentum: momentum, steps: steps)
    },
    NamedFamily(
      "inverse-time", "inverse-time decay, the paper's",
      [
        initialValue, .init("timeScale", .number, .required(for: "100"), "time scale of the decay, in steps"),
        .init("exponent", .number, .optional("1"), "exponent of the decay"),
      ]
    ) { values, momentum, steps throws(NoisyQuadraticError) in
      try .inverseTime(
        initialValue: values.number("initialValue"), timeScale: values.number("timeScale"),
        exponent: values.number("exponent"), momentum: momentum, steps: steps)
    },
    NamedFamily(
      "inverse-sqrt", "a rise from 0, then inverse square root",
      [
        peakValue, warmupSteps,
        .init("timeScale", .number, .derived("warmupSteps"), "time scale of the decay, in steps"),
      ]
    ) { values, momentum, steps throws(NoisyQuadraticError) in
      try .inverseSquareRoot(
        peakValue: values.number("peakValue"), warmupSteps: values.count("warmupSteps"),
        timeScale: values.optionalNumber("timeScale"), momentum: momentum, steps: steps)
    },
    NamedFamily(
      "cosine", "half a cosine", [initialValue, endValue, transitionSteps(.derived(horizon))]
    ) { values, momentum, steps throws(NoisyQuadraticError) in
      try .cosine(
        initialValue: values.number("initialValue"), endValue: values.number("endValue"),
        transitionSteps: values.optionalCount("transitionSteps"), momentum: momentum, steps: steps)
    },
    NamedFamily(
      "cosine-restarts", "half cosines one after another (SGDR)",
      [
        initialValue, endValue,
        .init("period", .count(atLeast: 0), .required(for: "50"), "steps of the first cycle"),
        .init(
          "periodFactor", .count(atLeast: 0), .optional("1"), "factor from one cycle's length to the next"),
        .init("peakFactor", .number, .optional("1"), "factor from one cycle's height to the next"),
      ]
    ) { values, momentum, steps throws(NoisyQuadraticError) in
      try .cosineRestarts(
        initialValue: values.number("initialValue"), endValue: values.number("endValue"),
        period: values.count("period"), periodFactor: values.count("periodFactor"),
        peakFactor: values.number("peakFactor"), momentum: momentum, steps: steps)
    },
    NamedFamily(
      "polynomial", "polynomial decay",
      [initialValue, endValue, power(.required(for: "2")), transitionSteps(.derived(horizon))]
    ) { values, momentum, steps throws(NoisyQuadraticError) in
      try .polynomial(
        initialValue: values.number("initialValue"), endValue: values.number("endValue"),
        power: values.number("power"), transitionSteps: values.optionalCount("transitionSteps"),
        momentum: momentum, steps: steps)
    },
    NamedFamily(
      "step-decay", "one factor every so many steps",
      [initialValue, decayRate("0.1"), transitionSteps(.required(for: "100"))]
    ) { values, momentum, steps throws(NoisyQuadraticError) in
      try .stepDecay(
        initialValue: values.number("initialValue"), decayRate: values.number("decayRate"),
        transitionSteps: values.count("transitionSteps"), momentum: momentum, steps: steps)
    },
    NamedFamily(
      "piecewise-constant", "constant pieces",
      [
        .init("values", .rates, .required(for: "0.8/0.2/0.05"), "rates, one more than boundaries"),
        .init("boundaries", .counts, .required(for: "100/200"), "first steps of the later rates"),
      ]
    ) { values, momentum, steps throws(NoisyQuadraticError) in
      try .piecewiseConstant(
        values: values.numbers("values"), boundaries: values.counts("boundaries"), momentum: momentum,
        steps: steps)
    },
    NamedFamily(
      "warmup-stable-decay", "a rise, a plateau, a fall",
      [
        peakValue, warmupSteps,
        .init("decaySteps", .count(atLeast: 0), .required(for: "80"), "steps of the fall"), endValue,
        .init(
          "decayType", .choice(["linear", "1-sqrt", "cosine", "exponential", "power"]), .optional("linear"),
          "form of the fall"),
        power(.derived("1")),
      ]
    ) { values, momentum, steps throws(NoisyQuadraticError) in
      try .warmupStableDecay(
        peakValue: values.number("peakValue"), warmupSteps: values.count("warmupSteps"),
        decaySteps: values.count("decaySteps"), endValue: values.number("endValue"),
        decayType: values.decayType("decayType", power: "power"), momentum: momentum, steps: steps)
    },
    NamedFamily(
      "one-cycle", "a rise, then a deep fall; the momentum falls and rises",
      [
        peakValue,
        .init("pctStart", .fraction, .optional("0.3"), "fraction of the steps in which the rate rises"),
        .init("divFactor", .number, .optional("25"), "peak divided by the first rate"),
        .init("finalDivFactor", .number, .optional("10000"), "first rate divided by the last one"),
        .init("annealStrategy", .choice(["cosine", "linear"]), .optional("cosine"), "form of rise and fall"),
        .init("baseMomentum", .momentum, .optional("0.85"), "momentum at the peak"),
        .init("maxMomentum", .momentum, .optional("0.95"), "momentum at both ends"),
      ],
      .schedule { values, steps throws(NoisyQuadraticError) in
        try .oneCycle(
          peakValue: values.number("peakValue"), pctStart: values.number("pctStart"),
          divFactor: values.number("divFactor"), finalDivFactor: values.number("finalDivFactor"),
          annealStrategy: values.decayType("annealStrategy"), baseMomentum: values.number("baseMomentum"),
          maxMomentum: values.number("maxMomentum"), steps: steps)
      }),
    NamedFamily(
      "warmup", "a linear rise to the first rate of the family behind it",
      [
        .init("steps", .count(atLeast: 0), .required(for: "20"), "steps of the rise"),
        .init(
          "from", .rateOr("1/steps"), .optional("0"),
          "first rate, or that part of the target"),
      ],
      .change { values, next throws(NoisyQuadraticError) in
        try next.warmedUp(steps: values.count("steps"), from: values.warmupStart("from"))
      }),
  ]

  /// All parameters of all families, each once, in the order of the table.
  static var parameters: [FamilyParameter] {
    var lines: Set<String> = []
    return all.flatMap(\.parameters).filter { lines.insert($0.line).inserted }
  }

  /// The families that have one momentum for all steps, in words.
  static var withMomentum: String {
    let others = all.filter { family in !family.parameters.contains { $0.name == "momentum" } }
    return "All but " + others.map(\.name).joined(separator: " and ")
  }

  /// Whether the family changes the one behind it, and has no steps of its own otherwise.
  var isChange: Bool {
    if case .change = constructor { true } else { false }
  }

  /// The family with example values, and in brackets the parameters that have defaults, except for a momentum
  /// of every step.
  var example: String { name + ":" + exampleMembers.joined() }

  /// The same in indented lines of at most 76 characters.
  var exampleLines: String {
    var lines = ["  \(name):"]
    for member in exampleMembers {
      if lines[lines.count - 1].count + member.count > 76 { lines.append("      ") }
      lines[lines.count - 1] += member
    }
    return lines.joined(separator: "\n")
  }

  private var exampleMembers: [String] {
    parameters.filter { $0.name != "momentum" }.enumerated().map { i, parameter in
      let member = (i == 0 ? "" : ",") + "\(parameter.name)=\(parameter.text)"
      return parameter.isOptional ? "[\(member)]" : member
    }
  }
}
