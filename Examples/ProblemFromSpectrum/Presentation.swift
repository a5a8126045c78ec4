import NoisyQuadratic
import NoisyQuadraticFiles
import ProgramSupport

extension SpectrumReport {
  /// What the program prints: what was read and left out, and the problem.
  func table(_ directory: OutputDirectory) -> String {
    let density = curvatures.density
    var text =
      "\(problem.name.cutForMessage): \(Self.count(density.count, "eigenvalue")) in "
      + "\(Self.count(spectrum.probes.count, "list")), \((density.eigenvalues.min() ?? 0).shortText) to "
      + "\((density.eigenvalues.max() ?? 0).shortText), mean \(Self.text(spectrum.moment(1)))\n\n"
    var table = TextTable([.text("what was read", 34), .numbers("entries", 9), .numbers("weight", 10)])
    for (fate, name) in [
      (CurvatureSpectrum.Fate.kept, "in the problem"), (.negative, "left out: negative"),
      (.small, "left out: at most \(curvatures.floor.shortText)"), (.weightless, "left out: no weight"),
    ] where fate == .kept || curvatures.count(fate) > 0 {
      table.add([name, "\(curvatures.count(fate))", Self.percent(curvatures.share(fate))])
    }
    text += table.text
    if let error = shareLeftOut.standardError, error > 0 {
      text += "the weight left out has a standard error of \(Self.percent(error)) over the lists\n"
    }
    return text + "\n" + model + "\n" + "Compare schedules on it with: compare-horizons --problem "
      + "\(directory.file("problem.json"))\n"
  }

  private var model: String {
    let model = problem.model
    let directions = model.multiplicity.reduce(0, +)
    var table = TextTable([.text("the problem", 34), .numbers("", 13)])
    table.add(["directions, with multiplicities", directions.shortText])
    table.add(["largest curvature", model.maximumCurvature.shortText])
    table.add(["stable constant rates below", model.stabilityLimit().shortText])
    table.add(["initial loss", model.initialLoss.shortText])
    if let loss = excessLoss {
      table.add(["initial loss, unbiased from gradients", Self.text(loss)])
    }
    table.add(["irreducible loss", model.irreducibleLoss.map(\.shortText) ?? "-"])
    table.add(["batch size", model.batchSize.shortText])
    return table.text
  }

  private static func count(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// A mean with its standard error.
  private static func text(_ mean: ProbeMean) -> String {
    mean.value.shortText + (mean.standardError.map { " ± \($0.significant(2))" } ?? "")
  }
}
