import NoisyQuadratic

extension ClassicMember {
  /// The member as a text that ``FamilyText`` reads, for its own number of steps, as people copy it.
  ///
  /// Lengths are rounded to whole steps and other numbers to six digits, so that the text's schedule is close to
  /// the member's and not the same.
  ///
  /// - Parameter limit: the limit on the learning rate, which no rounded rate exceeds.
  /// - Returns: the text.
  public func familyText(learningRateLimit limit: Double? = nil) -> String {
    var parts: [String] = []
    func rate(_ value: Double) -> String {
      let text = value.copyText
      // Half a unit of the sixth digit lower, or a little more.
      return Double(text) ?? 0 > limit ?? .infinity ? (value * (1 - 5e-6)).copyText : text
    }
    func add(_ name: String, _ text: String) { parts.append("\(name)=\(text)") }
    func addRate(_ name: String, _ value: Double) { add(name, rate(value)) }
    func number(_ name: String) -> Double { self[name] ?? 0 }
    let steps = Double(horizon)
    let family: String
    var momenta = ["momentum"]
    switch classic {
    case .constant:
      family = "constant"
      addRate("learningRate", values[0])
    case .linear, .cosine:
      family = classic.rawValue
      addRate("initialValue", values[0])
      addRate("endValue", values[1])
    case .polynomial:
      family = "polynomial"
      addRate("initialValue", values[0])
      add("power", values[1].copyText)
    case .exponential:
      family = "exponential"
      addRate("initialValue", values[0])
      add("decayRate", values[1].copyText)
      add("transitionSteps", "\(horizon)")
    case .inverseTime, .inversePower, .inverseSquareRoot:
      family = "inverse-time"
      addRate("initialValue", values[0])
      add("timeScale", (values[1] * steps).copyText)
      add("exponent", classic == .inverseTime ? "1" : classic == .inversePower ? values[2].copyText : "0.5")
    case .inverseSquareRootAfterWarmup:
      family = "inverse-sqrt"
      let warmup = values[1] * steps
      addRate("peakValue", values[0])
      add("warmupSteps", "\(Int(warmup.rounded()))")
      add("timeScale", warmup.copyText)
    case .stepDecay:
      family = "step-decay"
      addRate("initialValue", values[0])
      add("decayRate", values[1].copyText)
      add("transitionSteps", "\(spacing)")
    case .piecewiseConstant where count == 1:
      family = "constant"
      addRate("learningRate", values[0])
    case .piecewiseConstant:
      family = classic.rawValue
      let (length, rest) = horizon.quotientAndRemainder(dividingBy: count)
      add("values", values.prefix(count).map(rate).joined(separator: "/"))
      add("boundaries", (1..<count).map { "\($0 * length + $0 * rest / count)" }.joined(separator: "/"))
    case .oneCycle:
      family = "one-cycle"
      // A rise of r steps ends at the step pctStart · T − 1. Without a rise, step 0 must not be before it.
      let rise = number("riseFraction") * (steps - 1)
      let start = rise > 0 ? (rise + 1) / steps : (1 / steps) * (1 - 5e-6)
      addRate("peakValue", values[0])
      add("pctStart", start.copyText)
      add("divFactor", (1 / number("initialFraction")).copyText)
      add("finalDivFactor", (number("initialFraction") / number("endFraction")).copyText)
      momenta = ["baseMomentum", "maxMomentum"]
    case .stableLinear, .stableSquareRoot, .stableCosine, .stableExponential, .stablePower:
      family = "warmup-stable-decay"
      let warmup = Int((number("warmupFraction") * steps).rounded())
      let decay = number("decayFraction") * (steps - number("warmupFraction") * steps)
      addRate("peakValue", values[0])
      add("warmupSteps", "\(warmup)")
      add("decaySteps", "\(min(Int(decay.rounded()), horizon - warmup))")
      addRate("endValue", number("endFraction") * values[0])
      add("decayType", String(classic.rawValue.dropFirst("wsd-".count)))
      if classic == .stablePower { add("power", number("power").copyText) }
    }
    if momentum != 0 || momenta.count > 1 { for name in momenta { add(name, momentum.copyText) } }
    return family + ":" + parts.joined(separator: ",")
  }
}

extension Double {
  /// The number with six significant digits and without zeros at its end.
  fileprivate var copyText: String {
    var parts = significant(6).split(separator: "e").map(String.init)
    while parts[0].contains("."), let last = parts[0].last, last == "0" || last == "." {
      parts[0].removeLast()
      if last == "." { break }
    }
    return parts.joined(separator: "e")
  }
}
