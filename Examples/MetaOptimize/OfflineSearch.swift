import MetaOptimization
import MetaOptimizationFiles

/// Finished units of one seed, sorted by horizon.
struct OfflineSearch {
  let places: [[Double]]
  /// Per horizon the loss of every sample.
  let losses: [[Double]]
  let descents: [OfflineDescent]
  /// Per horizon the lowest sample.
  let best: [(decay: [Double], loss: Double)]
  /// The curves, those of all horizons or none.
  let curves: [[Double]]

  init(_ works: [OfflineWork], horizons: [Int]) {
    var (places, rows, descents, curves) = ([[Double]](), [[Double]](), [OfflineDescent](), [[Double]]())
    for work in works {
      switch work {
      case .samples(let samples):
        places += samples.places
        rows += samples.losses
      case .descent(let descent, _): descents.append(descent)
      case .curve(let curve): curves.append(curve.losses)
      }
    }
    let losses = horizons.indices.map { k in rows.map { $0[k] } }
    best = losses.map { losses in
      let i = losses.indices.min { losses[$0] < losses[$1] } ?? 0
      return (places[i], losses[i])
    }
    self.places = places
    self.losses = losses
    self.descents = descents
    self.curves = curves
  }
}
