import Foundation
import NoisyQuadratic
import Testing

@testable import NoisyQuadraticFiles

@Suite struct FamilyTextTests {
  @Test("Every family is the library's, defaults included")
  func families() throws {
    let pairs: [(String, Schedule)] = [
      ("constant:learningRate=0.1,momentum=0.9", try .constant(learningRate: 0.1, momentum: 0.9, steps: 40)),
      ("linear:initialValue=1", try .linear(initialValue: 1, steps: 40)),
      (
        "linear:initialValue=1,endValue=0.5,transitionSteps=9",
        try .linear(initialValue: 1, endValue: 0.5, transitionSteps: 9, steps: 40)
      ),
      (
        "exponential:initialValue=1,decayRate=0.5",
        try .exponential(initialValue: 1, decayRate: 0.5, steps: 40)
      ),
      (
        "exponential:initialValue=1,decayRate=0.5,transitionSteps=7",
        try .exponential(initialValue: 1, decayRate: 0.5, transitionSteps: 7, steps: 40)
      ),
      ("inverse-time:timeScale=3,initialValue=1", try .inverseTime(initialValue: 1, timeScale: 3, steps: 40)),
      (
        "inverse-time:initialValue=1,timeScale=3,exponent=0.5",
        try .inverseTime(initialValue: 1, timeScale: 3, exponent: 0.5, steps: 40)
      ),
      ("polynomial:initialValue=0.8,power=2", try .polynomial(initialValue: 0.8, power: 2, steps: 40)),
      ("cosine:initialValue=0.8", try .cosine(initialValue: 0.8, steps: 40)),
      (
        "cosine:initialValue=0.8,endValue=0.1,transitionSteps=30,momentum=0.5",
        try .cosine(initialValue: 0.8, endValue: 0.1, transitionSteps: 30, momentum: 0.5, steps: 40)
      ),
      (
        "piecewise-constant:values=1/0.1/0.01,boundaries=10/20",
        try .piecewiseConstant(values: [1, 0.1, 0.01], boundaries: [10, 20], steps: 40)
      ),
      (
        "warmup-stable-decay:peakValue=1,warmupSteps=4,decaySteps=10,endValue=0.1",
        try .warmupStableDecay(peakValue: 1, warmupSteps: 4, decaySteps: 10, endValue: 0.1, steps: 40)
      ),
      (
        "warmup-stable-decay:peakValue=1,warmupSteps=0,decaySteps=9,decayType=power,power=2",
        try .warmupStableDecay(peakValue: 1, warmupSteps: 0, decaySteps: 9, decayType: .power(2), steps: 40)
      ),
      (
        "inverse-sqrt:peakValue=1,warmupSteps=5",
        try .inverseSquareRoot(peakValue: 1, warmupSteps: 5, steps: 40)
      ),
      (
        "inverse-sqrt:peakValue=1,warmupSteps=5,timeScale=7.5,momentum=0.5",
        try .inverseSquareRoot(peakValue: 1, warmupSteps: 5, timeScale: 7.5, momentum: 0.5, steps: 40)
      ),
      (
        "step-decay:initialValue=1,decayRate=0.5,transitionSteps=9",
        try .stepDecay(initialValue: 1, decayRate: 0.5, transitionSteps: 9, steps: 40)
      ),
      (
        "cosine-restarts:initialValue=1,endValue=0.1,period=5,periodFactor=2,peakFactor=0.5",
        try .cosineRestarts(
          initialValue: 1, endValue: 0.1, period: 5, periodFactor: 2, peakFactor: 0.5, steps: 40)
      ),
      ("one-cycle:peakValue=1", try .oneCycle(peakValue: 1, steps: 40)),
      (
        "one-cycle:peakValue=1,pctStart=0.4,divFactor=9,finalDivFactor=8,annealStrategy=linear,"
          + "baseMomentum=0.6,maxMomentum=0.7",
        try .oneCycle(
          peakValue: 1, pctStart: 0.4, divFactor: 9, finalDivFactor: 8, annealStrategy: .linear,
          baseMomentum: 0.6, maxMomentum: 0.7, steps: 40)
      ),
      (
        "warmup:steps=4+constant:learningRate=1",
        try Schedule.constant(learningRate: 1, steps: 36).warmedUp(steps: 4)
      ),
    ]
    for (text, schedule) in pairs { #expect(try FamilyText(text).schedule(steps: 40) == schedule, "\(text)") }
    #expect(Set(pairs.map { String($0.0.prefix { $0 != ":" }) }) == Set(FamilyText.familyNames))
  }

  @Test("All forms of a decay have a name")
  func decayTypes() throws {
    for (word, type) in [
      ("linear", DecayType.linear), ("1-sqrt", .oneMinusSquareRoot), ("cosine", .cosine),
      ("exponential", .exponential), ("power", .power(1)),
    ] {
      let text = "warmup-stable-decay:peakValue=1,warmupSteps=0,decaySteps=9,endValue=0.1,decayType=\(word)"
      #expect(
        try FamilyText(text).schedule(steps: 40)
          == .warmupStableDecay(
            peakValue: 1, warmupSteps: 0, decaySteps: 9, endValue: 0.1, decayType: type, steps: 40))
    }
  }

  /// Texts of joined families for 40 steps, with the calls of the library that they stand for.
  private static let joined: [(text: String, build: @Sendable () throws -> Schedule)] = [
    (
      "constant:learningRate=1,steps=30+linear:initialValue=1",
      { try .constant(learningRate: 1, steps: 30).appending(.linear(initialValue: 1, steps: 10)) }
    ),
    (
      "constant:learningRate=1+linear:initialValue=1,steps=10,momentum=0.5",
      {
        try .constant(learningRate: 1, steps: 30).appending(
          .linear(initialValue: 1, momentum: 0.5, steps: 10))
      }
    ),
    (
      "warmup:steps=10,from=1/steps+cosine:initialValue=1,steps=10,repeat=3,momentum=0.5",
      {
        try .cosine(initialValue: 1, momentum: 0.5, steps: 10).repeated(3).warmedUp(
          steps: 10, from: .oneOverSteps)
      }
    ),
    (
      "constant:learningRate=2,steps=5+warmup:steps=10,from=0.1+constant:learningRate=1,repeat=5,scale=0.5",
      {
        try .join([
          .constant(learningRate: 2, steps: 5),
          .constant(learningRate: 0.5, steps: 25).warmedUp(steps: 10, from: .rate(0.1)),
        ])
      }
    ),
    // The warmup takes the place of the first ten steps.
    (
      "warmup:steps=10+cosine:initialValue=1,skipFirst=10",
      { try .cosine(initialValue: 1, steps: 40).cut(from: 10).warmedUp(steps: 10) }
    ),
    (
      "one-cycle:peakValue=1,skipFirst=1,skipLast=2,scale=3",
      { try Schedule.oneCycle(peakValue: 1, steps: 43).cut(from: 1, to: 41).scaled(by: 3) }
    ),
    ("warmup:steps=0+constant:learningRate=1e+0,steps=40", { try .constant(learningRate: 1, steps: 40) }),
  ]

  @Test("Families joined by plus signs are compositions of the library")
  func compositions() throws {
    for (text, build) in Self.joined {
      #expect(try FamilyText(text).schedule(steps: 40) == build(), "\(text)")
    }
  }

  @Test("Examples of help texts are families, and what they state in brackets are the defaults")
  func examples() throws {
    for example in FamilyText.examples {
      let last = example.hasPrefix("warmup:") ? "+constant:learningRate=1" : ""
      let short = example.replacing(/\[[^\]]*\]/, with: "") + last
      // A default that the library computes is given as its value; a power belongs to another form of decay.
      let long =
        example.replacing(/[\[\]]/, with: "").replacing("horizon", with: "250")
        .replacing("timeScale=warmupSteps", with: "timeScale=20").replacing("linear,power=1", with: "linear")
        + last
      #expect(
        try FamilyText(short).schedule(steps: 250) == FamilyText(long).schedule(steps: 250), "\(example)")
    }
  }

  @Test("The documentation has the table of families, with parameters, defaults and meanings")
  func documentation() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Docs/ScheduleFormat.md")
    let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    for family in NamedFamily.all {
      let parameters = family.parameters.filter { $0.name != "momentum" }.map { parameter in
        let text = parameter.text == NamedFamily.horizon ? "$T$" : parameter.text
        return "`\(parameter.name)`" + (parameter.isOptional ? " (\(text))" : "")
      }
      let row = "| `\(family.name)` | \(family.summary) | \(parameters.joined(separator: ", ")) |"
      #expect(rows.contains(row), "\(row)")
    }
    for parameter in NamedFamily.parameters + FamilyPiece.sharedParameters {
      let row = "| `\(parameter.name)` | \(parameter.domain) | \(parameter.summary) |"
      #expect(rows.contains(row), "\(row)")
    }
  }

  @Test("The help text has every family and every parameter, in lines that fit")
  func help() {
    let lines = FamilyText.help.split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix(" ") }.allSatisfy { $0.count <= 80 })
    let text = FamilyText.help.replacing(/\n {6}/, with: "")
    for family in NamedFamily.all { #expect(text.contains("\n  \(family.example)\n"), "\(family.name)") }
    for parameter in NamedFamily.parameters + FamilyPiece.sharedParameters {
      #expect(lines.contains("  \(parameter.line)"), "\(parameter.name)")
    }
    #expect(text.contains("All but one-cycle and warmup take momentum"))
  }

  @Test(
    "Each fault is one line with the parameter, its value and what was expected",
    arguments: [
      ("", "the family is empty, expected one of constant, linear"),
      ("cosin:initialValue=1", "the family is cosin, expected one of"),
      ("cosine", "cosine needs initialValue"), ("cosine:", "cosine is given empty, expected NAME=VALUE"),
      ("cosine:0.8", "cosine is given 0.8, expected NAME=VALUE"),
      ("cosine:initialValue=", "cosine is given initialValue=, expected NAME=VALUE"),
      ("cosine:initialValue=1,", "cosine is given empty"),
      ("cosine:peak=1", "cosine has no parameter peak, expected initialValue, endValue, transitionSteps"),
      ("cosine:=1", "cosine has no parameter empty"),
      ("cosine:initialValue=1,initialValue=2", "cosine is given initialValue twice"),
      ("cosine:initialValue=-1", "cosine: initialValue is -1, expected a finite number ≥ 0"),
      ("cosine:initialValue=nan", "cosine: initialValue is nan"),
      ("cosine:initialValue=1e999", "cosine: initialValue is 1e999"),
      ("cosine:initialValue=1=2", "cosine: initialValue is 1=2"),
      ("cosine:initialValue=1,transitionSteps=0", "cosine: transitionSteps is 0, expected at least 1"),
      ("cosine:initialValue=1,transitionSteps=1.5", "transitionSteps is 1.5, expected an integer ≥ 0"),
      ("exponential:initialValue=1,decayRate=0", "decayRate is 0.0, expected a finite number > 0"),
      ("inverse-time:initialValue=1,timeScale=0", "timeScale is 0.0, expected a finite number > 0"),
      ("piecewise-constant:values=1/2", "piecewise-constant needs boundaries"),
      ("piecewise-constant:values=1/2,boundaries=50", "boundaries is 50, expected above 0 and below 40"),
      ("piecewise-constant:values=1//2,boundaries=5", "values is empty, expected a finite number ≥ 0"),
      ("piecewise-constant:values=1,boundaries=5", "values has 1 elements, expected 2"),
      ("warmup-stable-decay:peakValue=1,warmupSteps=41,decaySteps=0", "warmupSteps is 41, expected 0 to 40"),
      ("constant:learningRate=1\n2", "learningRate is 1 2, expected"),
      ("constant:learningRate=1,momentum=1", "constant: momentum is 1, expected a finite number ≥ 0 and < 1"),
      ("constant:learningRate=0x1p-1", "learningRate is 0x1p-1, expected a finite number ≥ 0"),
      (String(repeating: "x", count: 500), "… (500 characters), expected one of"),
      (
        "warmup-stable-decay:peakValue=1,warmupSteps=0,decaySteps=9,decayType=cos",
        "decayType is cos, expected linear, 1-sqrt, cosine, exponential or power"
      ),
      (
        "warmup-stable-decay:peakValue=1,warmupSteps=0,decaySteps=9,power=2",
        "power is 2.0, expected no such parameter unless decayType is power"
      ),
      (
        "warmup-stable-decay:peakValue=1,warmupSteps=0,decaySteps=9,decayType=exponential",
        "endValue is 0.0, expected a number > 0, since an exponential decay never reaches 0"
      ),
      ("one-cycle:peakValue=1,momentum=0.5", "one-cycle has no parameter momentum, expected peakValue"),
      ("one-cycle:peakValue=1,maxMomentum=1", "maxMomentum is 1, expected a finite number ≥ 0 and < 1"),
      ("one-cycle:peakValue=1,pctStart=2", "pctStart is 2, expected a number from 0 to 1"),
      ("inverse-sqrt:peakValue=1,warmupSteps=0", "timeScale is 0.0, expected a finite number > 0"),
      ("cosine-restarts:initialValue=1,period=0", "period is 0, expected at least 1"),
      ("warmup:steps=5", "warmup is the last family, expected one behind it"),
      ("constant:learningRate=1+warmup:steps=5", "warmup is the last family"),
      ("warmup+constant:learningRate=1", "warmup needs steps, expected steps=VALUE"),
      (
        "warmup:steps=5,scale=2+constant:learningRate=1",
        "warmup has no parameter scale, expected steps, from"
      ),
      (
        "warmup:steps=5,from=1/w+constant:learningRate=1",
        "from is 1/w, expected a finite number ≥ 0 or 1/steps"
      ),
      ("warmup:steps=40+constant:learningRate=1", "constant has no step of the horizon, 40, left"),
      (
        "warmup:steps=41+constant:learningRate=1",
        "warmup: steps is 41, expected at most the 40 steps that are left of the horizon, 40"
      ),
      (
        "constant:learningRate=1,steps=10,repeat=3+constant:learningRate=1,steps=11",
        "constant: steps is 11, expected at most the 10 steps"
      ),
      ("constant:learningRate=1,steps=39", "the families have 39 steps, expected the horizon, 40"),
      (
        "constant:learningRate=1,steps=9223372036854775807,repeat=2",
        "steps is 9223372036854775807 and repeat is 2, expected at most"
      ),
      (
        "constant:learningRate=1,skipFirst=9223372036854775807,skipLast=9223372036854775807",
        "steps is 9223372036854775807, which would take"
      ),
      ("constant:learningRate=1+linear:initialValue=1", "constant and linear have no steps, expected them"),
      ("constant:learningRate=1,repeat=3", "repeat is 3, expected a divisor of its number of steps, 40"),
      ("constant:learningRate=1,repeat=0", "repeat is 0, expected an integer ≥ 1"),
      ("constant:learningRate=1,steps=0+constant:learningRate=1", "steps is 0, expected an integer ≥ 1"),
      ("constant:learningRate=1,scale=-1", "scale is -1, expected a finite number ≥ 0"),
      (
        "constant:learningRate=1e200,scale=1e200",
        "constant: learningRate[0] is inf, expected a finite number"
      ),
      ("constant:learningRate=1+", "the family is empty"),
      ("+constant:learningRate=1", "the family is empty"),
      ("constant:learningRate=1,steps=5++constant:learningRate=1", "the family is empty"),
      ("constant:learningRate=0.1+5", "learningRate is 0.1+5, expected a finite number"),
    ])
  func faults(_ text: String, _ expected: String) {
    #expect {
      try FamilyText(text).schedule(steps: 40)
    } throws: { error in
      "\(error)".contains(expected) && !"\(error)".contains("\n")
    }
  }
}
