import MetaOptimization
import NoisyQuadratic

/// A symmetric matrix with a gradient and samples of noise, for which everything can be computed in full.
struct DenseQuadratic {
  let rows: [[Double]]
  let gradient: [Double]
  let samples: [[Double]]
  /// Ascending, each with its eigenvector.
  let eigenvalues: [Double]
  let eigenvectors: [[Double]]

  /// A random one: a sum of squares less a multiple of the identity.
  init(_ n: Int, samples count: Int, shift: Double = 0, seed: UInt64) throws {
    var random = RandomProblem(seed)
    let factors = (0..<n).map { _ in random.vector(n) }
    let rows = (0..<n).map { i in
      (0..<n).map { j in
        factors.reduce(i == j ? -shift : 0) { $0 + $1[i] * $1[j] / Double(n) }
      }
    }
    try self.init(
      rows: rows, gradient: random.vector(n),
      samples: (0..<count).map { _ in random.vector(n, deviation: 0.3) })
  }

  init(rows: [[Double]], gradient: [Double], samples: [[Double]]) throws {
    self.rows = rows
    self.gradient = gradient
    self.samples = samples
    let n = rows.count
    let system = try SymmetricEigensystem(SymmetricMatrix(rows: rows))
    eigenvalues = system.values
    eigenvectors = (0..<n).map { Array(system.vectors[$0 * n..<($0 + 1) * n]) }
  }

  func products(_ vectors: [[Double]]) -> [[Double]] {
    vectors.map { vector in rows.map { dot($0, vector) } }
  }

  /// The mean squares of vectors along the eigenvectors.
  func squares(_ vectors: [[Double]]) -> [Double] {
    eigenvectors.map { q in
      vectors.reduce(0) { $0 + dot(q, $1) * dot(q, $1) } / Double(vectors.count)
    }
  }

  /// `Σ w f(h)` over the eigenvectors.
  func integral(_ vectors: [[Double]], _ f: (Double) -> Double) -> Double {
    zip(eigenvalues, squares(vectors)).reduce(0) { $0 + $1.1 * f($1.0) }
  }

  /// The expected loss of heavy ball from rest without eigenvectors: the mean's path, and the path of every single
  /// sample of noise at every single step, whose losses add up as noise is independent.
  func losses(_ schedule: Schedule, from loss: Double) -> [Double] {
    func path(gradient: [Double], kick: [Double], at step: Int) -> [[Double]] {
      let zero = gradient.map { _ in 0.0 }
      var (displacement, velocity, path) = (zero, zero, [zero])
      for (t, s) in schedule.enumerated() {
        for (i, row) in rows.enumerated() {
          let slope = gradient[i] + dot(row, displacement) + (t == step ? kick[i] : 0)
          velocity[i] = s.momentum * velocity[i] - s.learningRate * slope
        }
        displacement = zip(displacement, velocity).map { $0 + $1 }
        path.append(displacement)
      }
      return path
    }
    func halfSquare(_ x: [Double]) -> Double { 0.5 * dot(x, rows.map { dot($0, x) }) }
    let zero = gradient.map { _ in 0.0 }
    var losses = path(gradient: gradient, kick: zero, at: -1).map {
      loss + dot(gradient, $0) + halfSquare($0)
    }
    for step in schedule.indices {
      for sample in samples {
        for (t, x) in path(gradient: zero, kick: sample, at: step).enumerated() {
          losses[t] += halfSquare(x) / Double(samples.count)
        }
      }
    }
    return losses
  }

  /// The expected loss along rates, by mean and variance of every direction of the displacement.
  func losses(_ rates: [Double], from loss: Double) -> [Double] {
    let (g, c) = (eigenvectors.map { dot($0, gradient) }, squares(samples))
    var (mean, variance) = (g.map { _ in 0.0 }, g.map { _ in 0.0 })
    var losses = [loss]
    for alpha in rates {
      for (i, h) in eigenvalues.enumerated() {
        mean[i] -= alpha * (g[i] + h * mean[i])
        variance[i] = (1 - alpha * h) * (1 - alpha * h) * variance[i] + alpha * alpha * c[i]
      }
      losses.append(
        eigenvalues.indices.reduce(loss) {
          $0 + g[$1] * mean[$1] + 0.5 * eigenvalues[$1] * (mean[$1] * mean[$1] + variance[$1])
        })
    }
    return losses
  }
}

func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
