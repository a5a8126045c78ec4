import Foundation
import NoisyQuadratic

/// Schedules to start a search from: `{"starts": [{"learningRate": […], "momentum": […]}, …]}`.
struct StartFile: Decodable {
  struct Start: Decodable {
    let learningRate: [Double]
    let momentum: [Double]
  }

  let starts: [Start]

  init(contentsOf path: String) throws(Failure) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(.noInput, "cannot read \(path)")
    }
    guard let file = try? JSONDecoder().decode(StartFile.self, from: data) else {
      throw Failure(
        .badData,
        "\(path) is no file of starts, expected {\"starts\": [{\"learningRate\": [], \"momentum\": []}]}"
      )
    }
    self = file
  }

  /// The starts as schedules.
  func schedules() throws(Failure) -> [Schedule] {
    do {
      return try starts.map { try Schedule(learningRates: $0.learningRate, momenta: $0.momentum) }
    } catch {
      throw Failure(.badData, "\(error)")
    }
  }
}
