import CMachineLimit
import Foundation

/// The machine as far as it matters to its speed.
struct Machine: Codable, Equatable {
  let processor: String
  let level: String
  let cores: Int

  /// The machine that this runs on.
  static let current = Machine(
    processor: processorName() ?? "unknown processor", level: levelName(),
    cores: ProcessInfo.processInfo.processorCount)

  var text: String { "\(processor), \(level), \(cores) \(cores == 1 ? "core" : "cores")" }

  /// Processes that wanted to run in the last minute, on average.
  static var load: Double? {
    var average = 0.0
    return getloadavg(&average, 1) == 1 ? average : nil
  }

  private static func levelName() -> String {
    switch nqb_level() {
    case 4: return "x86-64-v4 (AVX-512)"
    case 3: return "x86-64-v3 (AVX2)"
    default:
      #if arch(x86_64)
        return "x86-64 baseline"
      #elseif arch(arm64)
        return "arm64"
      #else
        return "other architecture"
      #endif
    }
  }

  private static func processorName() -> String? {
    #if os(Linux)
      guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
      return text.split(separator: "\n").first { $0.hasPrefix("model name") }?
        .split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
    #else
      var size = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0, size > 0 else { return nil }
      var bytes = [UInt8](repeating: 0, count: size)
      guard sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0 else { return nil }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    #endif
  }
}
