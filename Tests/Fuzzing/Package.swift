// swift-tools-version: 6.0

import PackageDescription

// A package of its own, so that no client of the library ever builds it. `run` builds it with the flags that
// coverage needs; no manifest has them.
let package = Package(
  name: "Fuzzing",
  platforms: [.macOS(.v15)],
  dependencies: [
    // By name: a clone's directory may be called anything.
    .package(name: "swift-noisy-quadratic", path: "../..")
  ],
  targets: [
    .target(name: "CFuzzer"),
    .executableTarget(
      name: "fuzz-readers",
      dependencies: [
        "CFuzzer",
        .product(name: "NoisyQuadratic", package: "swift-noisy-quadratic"),
        .product(name: "NoisyQuadraticFiles", package: "swift-noisy-quadratic"),
        .product(name: "WorkUnits", package: "swift-noisy-quadratic"),
        .product(name: "MetaOptimization", package: "swift-noisy-quadratic"),
        .product(name: "MetaOptimizationFiles", package: "swift-noisy-quadratic"),
      ]
    ),
  ],
  swiftLanguageModes: [.v6]
)
