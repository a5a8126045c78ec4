import NoisyQuadratic

/// A family of schedules by its name: a row of the table that ``FamilyText`` and help texts read.
struct NamedFamily: Sendable {
  /// A parameter with the text of its default or, if it must be given, of an example.
  struct Parameter: Sendable {
    let name: String
    let text: String
    let isOptional: Bool

    static func required(_ name: String, for example: String) -> Parameter {
      Parameter(name: name, text: example, isOptional: false)
    }

    static func optional(_ name: String, _ fallback: String) -> Parameter {
      Parameter(name: name, text: fallback, isOptional: true)
    }
  }

  let name: String
  /// The parameters. The last one is the momentum of every step, which all families have.
  let parameters: [Parameter]
  /// Builds the schedule of the given number of steps with the given momentum.
  let build: @Sendable (FamilyText, _ momentum: Double, _ steps: Int) throws -> Schedule

  init(
    _ name: String, _ parameters: [Parameter],
    build: @escaping @Sendable (FamilyText, _ momentum: Double, _ steps: Int) throws -> Schedule
  ) {
    self.name = name
    self.parameters = parameters + [.optional("momentum", "0")]
    self.build = build
  }

  /// The default that is the number of steps.
  static let horizon = "horizon"

  static let all = [
    NamedFamily("constant", [.required("learningRate", for: "0.1")]) { text, momentum, steps in
      try .constant(learningRate: text.number("learningRate"), momentum: momentum, steps: steps)
    },
    NamedFamily(
      "linear",
      [
        .required("initialValue", for: "0.8"), .optional("endValue", "0"),
        .optional("transitionSteps", horizon),
      ]
    ) { text, momentum, steps in
      try .linear(
        initialValue: text.number("initialValue"), endValue: text.number("endValue"),
        transitionSteps: text.count("transitionSteps", steps), momentum: momentum, steps: steps)
    },
    NamedFamily(
      "exponential",
      [
        .required("initialValue", for: "0.8"), .required("decayRate", for: "0.5"),
        .optional("transitionSteps", "1"),
      ]
    ) { text, momentum, steps in
      try .exponential(
        initialValue: text.number("initialValue"), decayRate: text.number("decayRate"),
        transitionSteps: text.count("transitionSteps", steps), momentum: momentum, steps: steps)
    },
    NamedFamily(
      "inverse-time",
      [
        .required("initialValue", for: "0.8"), .required("timeScale", for: "100"), .optional("exponent", "1"),
      ]
    ) { text, momentum, steps in
      try .inverseTime(
        initialValue: text.number("initialValue"), timeScale: text.number("timeScale"),
        exponent: text.number("exponent"), momentum: momentum, steps: steps)
    },
    NamedFamily(
      "cosine",
      [
        .required("initialValue", for: "0.8"), .optional("endValue", "0"),
        .optional("transitionSteps", horizon),
      ]
    ) { text, momentum, steps in
      try .cosine(
        initialValue: text.number("initialValue"), endValue: text.number("endValue"),
        transitionSteps: text.count("transitionSteps", steps), momentum: momentum, steps: steps)
    },
    NamedFamily(
      "polynomial",
      [
        .required("initialValue", for: "0.8"), .optional("endValue", "0"), .required("power", for: "2"),
        .optional("transitionSteps", horizon),
      ]
    ) { text, momentum, steps in
      try .polynomial(
        initialValue: text.number("initialValue"), endValue: text.number("endValue"),
        power: text.number("power"), transitionSteps: text.count("transitionSteps", steps),
        momentum: momentum, steps: steps)
    },
    NamedFamily(
      "piecewise-constant",
      [.required("values", for: "0.8/0.2/0.05"), .required("boundaries", for: "100/200")]
    ) { text, momentum, steps in
      try .piecewiseConstant(
        values: text.numbers("values"), boundaries: text.counts("boundaries"), momentum: momentum,
        steps: steps)
    },
    NamedFamily(
      "warmup-stable-decay",
      [
        .required("peakValue", for: "0.8"), .required("warmupSteps", for: "20"),
        .required("decaySteps", for: "80"), .optional("endValue", "0"),
      ]
    ) { text, momentum, steps in
      try .warmupStableDecay(
        peakValue: text.number("peakValue"), warmupSteps: text.count("warmupSteps", steps),
        decaySteps: text.count("decaySteps", steps), endValue: text.number("endValue"), momentum: momentum,
        steps: steps)
    },
  ]

  /// The family with example values, and in brackets the parameters that have defaults, except for the
  /// momentum.
  var example: String {
    let members = parameters.dropLast().enumerated().map { i, parameter in
      let member = (i == 0 ? "" : ",") + "\(parameter.name)=\(parameter.text)"
      return parameter.isOptional ? "[\(member)]" : member
    }
    return "\(name):" + members.joined()
  }
}
