import NoisyQuadratic

extension Snippet {
  /// The script for PyTorch. The rule was checked with the source of 2.13.0, `torch/optim/sgd.py`.
  static func pytorch(_ schedule: Schedule) -> String {
    let nesterov = schedule.convention.isNesterov
    let head = head(
      "torch.optim.SGD", rule: rule(schedule), checked: "PyTorch 2.13", schedule,
      imports: ["import numpy as np", "import torch"])
    return head + """


      def make_optimizer(parameters):
          \"\"\"The optimizer that the numbers are for. Weight decay would change the method.\"\"\"
          return torch.optim.SGD(
              parameters, lr=LEARNING_RATES[0], momentum=\(nesterov ? "max(MOMENTA), nesterov=True" : "MOMENTA[0]"))


      def set_step(optimizer, step):
          \"\"\"Sets the learning rate and momentum of a step. Call this before optimizer.step().

          After the last step the last numbers hold.
          \"\"\"
          step = min(step, len(LEARNING_RATES) - 1)
          for group in optimizer.param_groups:
              group["lr"] = LEARNING_RATES[step]
              group["momentum"] = MOMENTA[step]


      def main():
          \"\"\"Trains on a quadratic. Put your model, data and loss in the place of the marked lines.\"\"\"
          scale = max(LEARNING_RATES) or 1.0
          curvature = torch.tensor([1.0, 0.3, 0.1]) / scale  # yours
          model = torch.nn.Parameter(torch.ones(3))  # yours

          def loss_of(x):  # yours
              return 0.5 * (curvature * x**2).sum()

          optimizer = make_optimizer([model])
          print(f"loss before the first step: {loss_of(model).item():.6g}")
          for step in range(len(LEARNING_RATES)):
              set_step(optimizer, step)
              optimizer.zero_grad()
              loss_of(model).backward()
              optimizer.step()
          print(f"loss after {len(LEARNING_RATES)} steps: {loss_of(model).item():.6g}")


      if __name__ == "__main__":
          main()

      """
  }
}
