import Foundation

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
  func write(to path: String) throws(Failure) -> [String] {
    let picture = URL(fileURLWithPath: path)
    let script = picture.deletingPathExtension().appendingPathExtension("gp")
    do {
      try text(picture.lastPathComponent).write(to: script, atomically: true, encoding: .utf8)
    } catch {
      throw Failure(
        .writeFailed, "--plot: cannot write \(script.relativePath): \(error.localizedDescription)")
    }
    guard let gnuplot = Self.gnuplot else { return [script.relativePath] }
    let process = Process()
    let words = Pipe()
    process.executableURL = gnuplot
    process.arguments = [script.lastPathComponent]
    process.currentDirectoryURL = script.deletingLastPathComponent()
    process.standardError = words
    do {
      try process.run()
    } catch {
      throw Failure(.internal, "gnuplot cannot be started: \(error.localizedDescription)")
    }
    let message = String(decoding: words.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(.writeFailed, "gnuplot: \(message)") }
    return [script.relativePath, picture.relativePath]
  }

  /// Looked for on the path first: a program that is not there would end this one by a signal.
  private static var gnuplot: URL? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/gnuplot" }.first { FileManager.default.isExecutableFile(atPath: $0) }
      .map { URL(fileURLWithPath: $0) }
  }

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
