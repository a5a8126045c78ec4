/// An objective and its derivatives with respect to every rate and momentum, in the units of the kernels.
package struct KernelGradient {
  /// The objective.
  package var value = 0.0
  /// The derivatives by the learning rates.
  package var rates: [Double]
  /// The derivatives by the momenta.
  package var momenta: [Double]
  /// Whether momentum has an effect at a step. It has none at a step that starts at rest.
  package var momentumMatters: [Bool]

  init(steps: Int) {
    rates = Array(repeating: 0, count: steps)
    momenta = rates
    momentumMatters = Array(repeating: false, count: steps)
  }
}
