import NoisyQuadratic

extension Snippet {
  /// The script for optax. The rule was checked with the source of 0.2.8, `trace` in
  /// `optax/transforms/_accumulation.py`.
  static func optax(_ schedule: Schedule) -> String {
    let head = head(
      "optax.sgd", rule: rule(schedule), checked: "optax 0.2.8", schedule,
      imports: ["import jax", "import jax.numpy as jnp", "import numpy as np", "import optax"])
    return head + """


      def make_optimizer():
          \"\"\"A gradient transformation that counts its own steps. After the last one it holds the last numbers.\"\"\"
          learning_rates, momenta = jnp.asarray(LEARNING_RATES), jnp.asarray(MOMENTA)
          return optax.inject_hyperparams(optax.sgd)(
              learning_rate=lambda step: learning_rates[step],
              momentum=lambda step: momenta[step],
              nesterov=\(schedule.convention.isNesterov ? "True" : "False"),
          )


      def main():
          \"\"\"Trains on a quadratic. Put your model, data and loss in the place of the marked lines.\"\"\"
          scale = max(LEARNING_RATES) or 1.0
          curvature = jnp.array([1.0, 0.3, 0.1]) / scale  # yours
          model = jnp.ones(3)  # yours

          def loss_of(x):  # yours
              return 0.5 * jnp.sum(curvature * x**2)

          optimizer = make_optimizer()
          state = optimizer.init(model)

          @jax.jit
          def update(model, state):
              updates, state = optimizer.update(jax.grad(loss_of)(model), state, model)
              return optax.apply_updates(model, updates), state

          print(f"loss before the first step: {loss_of(model):.6g}")
          for _ in range(len(LEARNING_RATES)):
              model, state = update(model, state)
          print(f"loss after {len(LEARNING_RATES)} steps: {loss_of(model):.6g}")


      if __name__ == "__main__":
          main()

      """
  }
}
