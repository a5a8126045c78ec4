/// Time against the number of steps, on logarithmic axes beside a straight line.
struct ScalingPlot {
  private let points: [(steps: Int, sample: Sample)]

  /// `nil` with fewer than two scaling figures among the results.
  init?(_ results: [Result]) {
    points = results.compactMap { result in
      guard case .solve(let solve) = result.figure.work, result.figure.name.hasPrefix("scaling") else {
        return nil
      }
      return (solve.horizon, result.sample)
    }
    guard points.count >= 2 else { return nil }
  }

  /// Writes the script beside `path`, and the picture if gnuplot is there.
  ///
  /// - Returns: the files written.
  func write(to path: String) throws(Failure) -> [String] { try Picture.write(path, script: text) }

  private func text(_ picture: String) -> String {
    let rows = points.map { "\($0.steps) \($0.sample.median) \($0.sample.fastest) \($0.sample.slowest)" }
    let (steps, seconds) = (points[points.count - 1].steps, points[points.count - 1].sample.median)
    return """
      # Time of the full-horizon solve against the number of steps
      set encoding utf8
      $solves << EOD
      \(rows.joined(separator: "\n"))
      EOD
      set terminal svg size 720,440 dynamic enhanced font "Helvetica,14" background "white"
      set output "\(picture)"
      set logscale xy
      set grid linecolor rgb "#d0d0d0"
      set format "10^{%L}"
      set key outside bottom center horizontal height 1 Left reverse spacing 1.2
      set xlabel "steps"
      set ylabel "time of the first solve, seconds"
      set xrange [\(points[0].steps) / 2.0 : \(steps) * 2.0]
      plot \(seconds) / \(steps) * x title "proportional to the steps" \\
        with lines linewidth 2 linecolor rgb "#000000" dashtype 2, \\
        $solves using 1:2:3:4 title "median, fastest and slowest run" \\
        with yerrorlines linewidth 2 pointtype 7 linecolor rgb "#0072b2"

      """
  }
}
