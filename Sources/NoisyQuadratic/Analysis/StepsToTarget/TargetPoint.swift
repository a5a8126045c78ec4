/// A loss and the hyperparameters that have it.
struct TargetPoint {
  /// In the model's unit.
  var loss: Double
  /// In the units of the kernels.
  var variables: [Double]
}
