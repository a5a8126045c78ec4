// swift-tools-version: 6.0

import PackageDescription

// A package of its own, so that no client of the library ever builds it.
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    // By name: a clone's directory may be called anything.
    .package(name: "swift-noisy-quadratic", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.3.0"),
  ],
  targets: [
    .target(name: "CMachineLimit"),
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "CMachineLimit",
        .product(name: "DrawnDigits", package: "swift-noisy-quadratic"),
        .product(name: "MetaOptimization", package: "swift-noisy-quadratic"),
        .product(name: "MetaOptimizationFiles", package: "swift-noisy-quadratic"),
        .product(name: "NoisyQuadratic", package: "swift-noisy-quadratic"),
        .product(name: "NoisyQuadraticFiles", package: "swift-noisy-quadratic"),
        .product(name: "TrainingCurves", package: "swift-noisy-quadratic"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
  ],
  swiftLanguageModes: [.v6]
)
