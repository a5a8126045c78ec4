/// The update rule of a run. It fixes what a step's variables are and what a state consists of.
package enum UpdateRule: Sendable {
  /// Plain SGD: a step has a learning rate.
  case sgd
  /// Heavy ball with the rate inside the velocity: a step has a learning rate and a momentum.
  case heavyBall

  /// The simplest rule for runs whose momentum is or is not always 0.
  package init(usesMomentum: Bool) { self = usesMomentum ? .heavyBall : .sgd }

  /// The number of variables of a step.
  package var controls: Int { self == .sgd ? 1 : 2 }
  /// The number of columns of a state.
  package var stateColumns: Int { self == .sgd ? 1 : 5 }
  /// The number of second moments of a direction, which is also that of a costate of moments.
  package var momentColumns: Int { self == .sgd ? 1 : 3 }
}
