import NoisyQuadratic

/// A point of a sweep: a problem, a horizon and limits.
public struct SweepPoint: Sendable, Equatable {
  /// The place of the problem among those of the sweep.
  public let problem: Int
  /// The number of examples per step.
  public let batchSize: Double
  /// The limit on the learning rate, as a name such as `2/hmax` or as a number.
  public let rateLimit: String
  /// The limit on momentum.
  public let momentumLimit: Double
  /// The number of steps T.
  public let horizon: Int

  /// Creates a point.
  public init(problem: Int, batchSize: Double, rateLimit: String, momentumLimit: Double, horizon: Int) {
    self.problem = problem
    self.batchSize = batchSize
    self.rateLimit = rateLimit
    self.momentumLimit = momentumLimit
    self.horizon = horizon
  }

  /// A name of the point that can name a file, such as `power-law-1f0ab2c3-b1-2_hmax-m0-h100`. It does not depend
  /// on the other points of a sweep.
  ///
  /// - Parameter problem: the identifier of the problem, ``NamedProblem/identifier``.
  /// - Returns: letters, digits, `.`, `_` and `-`, at most 200 of them.
  public func name(of problem: String) -> String {
    let parts = [
      "b" + batchSize.jsonText, rateLimit, "m" + momentumLimit.jsonText, "h\(horizon)",
    ]
    return ([problem] + parts.map { $0.fileSafe(keeping: ".") }).joined(separator: "-")
  }
}

extension NamedProblem {
  /// The name of the problem followed by a checksum of its name and definition. It can begin the name of a file.
  ///
  /// The checksum is FNV-1a (32 bits). Problems that differ have different identifiers, but for one pair of equal
  /// names in 4·10⁹.
  public var identifier: String {
    var hash: UInt32 = 2_166_136_261
    for byte in (JSONValue.string(name).text + definition.text).utf8 {
      hash = (hash ^ UInt32(byte)) &* 16_777_619
    }
    let digits = String(hash, radix: 16)
    let shown = String(name.fileSafe(keeping: "").prefix(40).drop { $0 == "-" || $0 == "_" })
    return (shown.isEmpty ? "problem" : shown) + "-" + String(repeating: "0", count: 8 - digits.count)
      + digits
  }
}

extension String {
  /// The text with `_` in place of every character but ASCII letters, digits, `_`, `-` and those of `others`.
  fileprivate func fileSafe(keeping others: String) -> String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          switch scalar {
          case "a"..."z", "A"..."Z", "0"..."9", "_", "-": scalar
          default: others.unicodeScalars.contains(scalar) ? scalar : "_"
          }
        }))
  }
}
