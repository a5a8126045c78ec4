import NoisyQuadratic

extension Snippet {
  /// The script for MLX. The rule was checked with the source of 0.32.4, `mlx/optimizers/optimizers.py`. Like
  /// PyTorch's, its buffer is left alone while momentum is 0, and the first step with momentum sets it to the
  /// gradient, so that PyTorch's numbers are right.
  static func mlx(_ schedule: Schedule) -> String {
    let nesterov = schedule.convention.isNesterov
    let head = head(
      "mlx.optimizers.SGD", rule: rule(schedule), checked: "MLX 0.32.4, which has PyTorch's rule", schedule,
      imports: [
        "import mlx.core as mx", "import mlx.optimizers as optim", "import numpy as np",
      ])
    return head + """


      def make_optimizer():
          \"\"\"The optimizer that the numbers are for. Weight decay would change the method.\"\"\"
          return optim.SGD(
              learning_rate=LEARNING_RATES[0], momentum=\(nesterov ? "max(MOMENTA), nesterov=True" : "MOMENTA[0]"))


      def set_step(optimizer, step):
          \"\"\"Sets the learning rate and momentum of a step. Call this before the update, outside mx.compile.

          After the last step the last numbers hold.
          \"\"\"
          step = min(step, len(LEARNING_RATES) - 1)
          optimizer.learning_rate = LEARNING_RATES[step]
          optimizer.momentum = MOMENTA[step]


      def main():
          \"\"\"Trains on a quadratic. Put your model, data and loss in the place of the marked lines.\"\"\"
          scale = max(LEARNING_RATES) or 1.0
          curvature = mx.array([1.0, 0.3, 0.1]) / scale  # yours
          model = {"x": mx.ones(3)}  # yours

          def loss_of(model):  # yours
              return 0.5 * mx.sum(curvature * model["x"] ** 2)

          optimizer = make_optimizer()
          print(f"loss before the first step: {loss_of(model).item():.6g}")
          for step in range(len(LEARNING_RATES)):
              set_step(optimizer, step)
              model = optimizer.apply_gradients(mx.grad(loss_of)(model), model)
              mx.eval(model, optimizer.state)
          print(f"loss after {len(LEARNING_RATES)} steps: {loss_of(model).item():.6g}")


      if __name__ == "__main__":
          main()

      """
  }
}
