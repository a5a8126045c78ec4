/// Two neighbouring numbers of steps, with the target between their losses.
struct TargetBracket {
  /// The smaller number, above the target; without its loss if that is known otherwise.
  var above: (steps: Int, loss: Double?)
  /// The larger number, at most at the target.
  var below: (steps: Int, loss: Double, variables: [Double])

  /// `d ln L / d ln T` between the two; `nil` if it is not known or not negative.
  var slope: Double? {
    guard let loss = above.loss, loss > below.loss else { return nil }
    return Double(below.steps) * Elementary.log(below.loss / loss)
  }
}
