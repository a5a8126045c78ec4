import NoisyQuadratic

/// A problem made from a measured spectrum, with what was read, left out and assumed, ready to be written.
///
/// The formats are described in Docs/SpectrumFormat.md.
public struct SpectrumReport: Sendable {
  /// The problem.
  public let problem: NamedProblem
  /// Where the numbers come from: files and their formats, or the built-in example.
  public let provenance: [JSONValue.Member]
  /// The options needed to make the problem again, under the keys of the JSON file.
  public let options: [JSONValue.Member]
  /// The spectrum as it was measured, one density per probe.
  public let spectrum: ProbedSpectrum
  /// The mean density divided into what the problem has and what is left out.
  public let curvatures: CurvatureSpectrum
  /// The statistics of the examples' gradients, if the noise comes from them.
  public let gradients: GradientStatistics?

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - name: the name of the problem, one line of text that is not blank.
  ///   - model: the model made from `curvatures`.
  ///   - spectrum: the densities whose mean `curvatures` divides.
  ///   - curvatures: the mean density, divided at a floor.
  ///   - gradients: statistics in the basis of `curvatures`.
  ///   - provenance: where the numbers come from.
  ///   - options: the options.
  /// - Throws: ``ProblemNameError`` for a name that cannot stand in titles.
  /// - Precondition: The model has a direction for every entry that is kept.
  public init(
    name: String, model: NoisyQuadraticModel, spectrum: ProbedSpectrum, curvatures: CurvatureSpectrum,
    gradients: GradientStatistics? = nil, provenance: [JSONValue.Member] = [],
    options: [JSONValue.Member] = []
  ) throws(ProblemNameError) {
    precondition(model.dimension == curvatures.kept.count, "a direction per entry that is kept")
    problem = try NamedProblem(name: name, model: model)
    (self.spectrum, self.curvatures, self.gradients) = (spectrum, curvatures, gradients)
    (self.provenance, self.options) = (provenance, options)
  }

  /// The sums of the weights, one per probe, that differ from 1 by more than rounding in single precision.
  public var oddSums: [Double] { spectrum.probes.map(\.mass).filter { abs($0 - 1) > 1e-4 } }

  /// The share of the weight that is left out, with its standard error over the probes.
  public var shareLeftOut: ProbeMean { spectrum.share(upTo: curvatures.floor) }

  /// The unbiased estimate of the excess loss from the gradients; `nil` without gradients.
  public var excessLoss: ProbeMean? {
    gradients.map {
      $0.excessLoss(curvature: curvatures.density.eigenvalues, over: curvatures.kept)
    }
  }

  /// What a reader should be warned about, each in one line.
  public var warnings: [String] {
    var warnings: [String] = []
    if let first = oddSums.first {
      let others = oddSums.count > 1 ? " and \(oddSums.count - 1) more lists to other numbers" : ""
      warnings.append(
        "the weights sum to \(first.significant(6))\(others), expected 1: they were divided by their sum")
    }
    if curvatures.shareLeftOut >= CurvatureSpectrum.noteworthyShare {
      let parts = [(CurvatureSpectrum.Fate.negative, "at negative eigenvalues"), (.small, "at or near zero")]
      warnings.append(
        "\(Self.percent(curvatures.shareLeftOut)) of the weight is left out of the problem: "
          + parts.map { "\(Self.percent(curvatures.share($0.0))) \($0.1)" }.joined(separator: ", "))
    }
    return warnings
  }

  /// A share in percent with three digits.
  package static func percent(_ share: Double) -> String { "\((100 * share).significant(3))%" }

  /// Writes `spectrum.csv`, `problem.json`, the plot script, and finally `spectrum.json`. Scripts and pictures
  /// of an earlier run are removed. ``PlotRenderer`` draws the new picture.
  ///
  /// - Throws: ``FileError`` if a file cannot be written. Then nothing is changed.
  public func write(to directory: OutputDirectory, plots: [PlotScript] = []) throws(FileError) {
    try directory.write(
      plots, outOf: [Self.plotName],
      before: [("spectrum.csv", writeCSV), ("problem.json", problem.writeJSON)],
      after: [("spectrum.json", writeJSON)])
  }

  /// Writes `spectrum.csv`: every entry that was read, its share of the weight, what became of it, and its
  /// direction of the problem.
  public func writeCSV(to sink: TextSink) {
    let (density, model) = (curvatures.density, problem.model)
    var header = [
      "eigenvalue", "weight", "fate", "multiplicity", "gradientNoise", "initialSecondMoment",
    ]
    if gradients != nil {
      header += ["gradientNoise.standardError", "squaredGradient", "squaredGradient.standardError"]
    }
    let csv = CSVWriter(to: sink, header: header)
    let errors = gradients?.squaredGradientStandardError
    let squares = gradients?.squaredGradient
    var direction = 0
    for i in density.eigenvalues.indices {
      let isKept = curvatures.fates[i] == .kept
      csv.addRow { row in
        row.add(density.eigenvalues[i])
        row.add(density.weights[i] / density.mass)
        row.add(curvatures.fates[i].text)
        for values in [model.multiplicity, model.gradientNoise, model.initialSecondMoment] {
          row.add(isKept ? values[direction] : nil)
        }
        if let gradients {
          row.add(gradients.noiseStandardError[i])
          row.add(squares?[i])
          row.add(errors?[i])
        }
      }
      if isKept { direction += 1 }
    }
  }

  /// Writes `spectrum.json`.
  public func writeJSON(to sink: TextSink) {
    let model = problem.model
    JSONObjectWriter.write(to: sink, onLines: true) { json in
      json.add("format", "noisy-quadratic/spectrum")
      json.add("version", 1)
      json.addObject("problem") { json in
        json.add("name", problem.name)
        json.add("file", "problem.json")
        json.add("dimension", model.dimension)
        json.add("directions", model.multiplicity.reduce(0, +))
        json.add("maximumCurvature", model.maximumCurvature)
        json.add("initialLoss", model.initialLoss)
        json.add("irreducibleLoss", model.irreducibleLoss)
      }
      json.add("options", options)
      json.add("provenance", provenance)
      json.addObject("spectrum") { json in
        json.add("lists", spectrum.probes.count)
        json.add("eigenvalues", curvatures.density.count)
        json.add("weightSums", numbers: spectrum.probes.map(\.mass))
        json.add("lowest", curvatures.density.eigenvalues.min())
        json.add("highest", curvatures.density.eigenvalues.max())
        json.add("mean", spectrum.moment(1))
        json.add("meanSquare", spectrum.moment(2))
      }
      json.add("floor", curvatures.floor)
      json.add("shareLeftOut", shareLeftOut)
      json.addArray("entries") { json in
        for fate in CurvatureSpectrum.Fate.allCases {
          json.addObject { json in
            json.add("fate", fate.text)
            json.add("count", curvatures.count(fate))
            json.add("share", curvatures.share(fate))
          }
        }
      }
      if let gradients, let excessLoss {
        json.addObject("gradients") { json in
          json.add("examples", gradients.examples)
          json.add("excessLoss", excessLoss)
        }
      }
      json.add("warnings", .array(warnings.map(JSONValue.string)))
    }
  }
}

extension JSONObjectWriter {
  fileprivate mutating func add(_ key: String, _ mean: ProbeMean) {
    addObject(key) { json in
      json.add("value", mean.value)
      json.add("standardError", mean.standardError)
    }
  }
}

extension CurvatureSpectrum.Fate {
  /// The name in files.
  var text: String {
    switch self {
    case .kept: "kept"
    case .negative: "negative"
    case .small: "near-zero"
    case .weightless: "no-weight"
    }
  }
}
