// swift-tools-version: 6.0

import PackageDescription

let programDependencies: [Target.Dependency] = [
  "NoisyQuadratic",
  "NoisyQuadraticFiles",
  "ProgramSupport",
  .product(name: "ArgumentParser", package: "swift-argument-parser"),
]

let networkProgramDependencies =
  programDependencies + ["MetaOptimization", "MetaOptimizationFiles", "NetworkProgramSupport", "WorkUnits"]

let package = Package(
  name: "swift-noisy-quadratic",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "NoisyQuadratic", targets: ["NoisyQuadratic"]),
    .library(name: "NoisyQuadraticFiles", targets: ["NoisyQuadraticFiles"]),
    .library(name: "TrainingCurves", targets: ["TrainingCurves"]),
    .library(name: "TrainingCurvesFiles", targets: ["TrainingCurvesFiles"]),
    .library(name: "WorkUnits", targets: ["WorkUnits"]),
    .library(name: "MetaOptimization", targets: ["MetaOptimization"]),
    .library(name: "DrawnDigits", targets: ["DrawnDigits"]),
    .library(name: "MetaOptimizationFiles", targets: ["MetaOptimizationFiles"]),
    .executable(name: "compare-horizons", targets: ["compare-horizons"]),
    .executable(name: "schedule-gap", targets: ["schedule-gap"]),
    .executable(name: "problem-from-spectrum", targets: ["problem-from-spectrum"]),
    .executable(name: "meta-surface", targets: ["meta-surface"]),
    .executable(name: "schedule-shapes", targets: ["schedule-shapes"]),
    .executable(name: "meta-optimize", targets: ["meta-optimize"]),
    .executable(name: "calibrated-comparison", targets: ["calibrated-comparison"]),
    .executable(name: "schedule-from-curves", targets: ["schedule-from-curves"]),
    .executable(name: "sweep", targets: ["sweep"]),
    .executable(name: "rank-schedules", targets: ["rank-schedules"]),
    .executable(name: "batch-size-scaling", targets: ["batch-size-scaling"]),
  ],
  dependencies: [
    // For the executables only; the library targets depend on nothing but LAPACK and BLAS.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.3.0")
  ],
  targets: [
    .systemLibrary(
      name: "CLAPACK",
      pkgConfig: "lapack",
      providers: [.apt(["liblapack-dev", "libblas-dev"]), .brew(["lapack"])]
    ),
    .target(name: "CNoisyQuadraticKernels"),
    .target(name: "NoisyQuadratic", dependencies: ["CLAPACK", "CNoisyQuadraticKernels"]),
    .target(name: "NoisyQuadraticFiles", dependencies: ["NoisyQuadratic"]),
    .target(name: "TrainingCurves", dependencies: ["NoisyQuadratic"]),
    .target(name: "TrainingCurvesFiles", dependencies: ["NoisyQuadraticFiles", "TrainingCurves"]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "WorkUnits", dependencies: ["CZlib", "NoisyQuadratic", "NoisyQuadraticFiles"]),
    .target(name: "CNetworkKernels", dependencies: ["CNoisyQuadraticKernels"]),
    .target(name: "MetaOptimization", dependencies: ["CLAPACK", "CNetworkKernels", "NoisyQuadratic"]),
    .target(name: "DrawnDigits", dependencies: ["MetaOptimization"]),
    .target(
      name: "MetaOptimizationFiles",
      dependencies: ["CZlib", "MetaOptimization", "NoisyQuadraticFiles", "WorkUnits"]),
    .target(
      name: "ProgramSupport",
      dependencies: [
        "NoisyQuadratic",
        "NoisyQuadraticFiles",
        "WorkUnits",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
    // Apart from ProgramSupport, so that programs without networks need not build them.
    .target(
      name: "NetworkProgramSupport",
      dependencies: [
        "ProgramSupport",
        "DrawnDigits",
        "MetaOptimization",
        "MetaOptimizationFiles",
        "WorkUnits",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
    .executableTarget(
      name: "compare-horizons",
      dependencies: programDependencies,
      path: "Examples/CompareHorizons"
    ),
    .executableTarget(
      name: "schedule-gap",
      dependencies: programDependencies,
      path: "Examples/ScheduleGap"
    ),
    .executableTarget(
      name: "problem-from-spectrum",
      dependencies: programDependencies,
      path: "Examples/ProblemFromSpectrum"
    ),
    .executableTarget(
      name: "meta-surface",
      dependencies: programDependencies,
      path: "Examples/MetaSurface"
    ),
    .executableTarget(
      name: "schedule-shapes",
      dependencies: programDependencies + ["WorkUnits"],
      path: "Examples/ScheduleShapes"
    ),
    .executableTarget(
      name: "meta-optimize",
      dependencies: networkProgramDependencies,
      path: "Examples/MetaOptimize"
    ),
    .executableTarget(
      name: "calibrated-comparison",
      dependencies: networkProgramDependencies,
      path: "Examples/CalibratedComparison"
    ),
    .executableTarget(
      name: "schedule-from-curves",
      dependencies: programDependencies + ["TrainingCurves", "TrainingCurvesFiles"],
      path: "Examples/ScheduleFromCurves"
    ),
    .executableTarget(
      name: "sweep",
      dependencies: programDependencies + ["WorkUnits"],
      path: "Examples/Sweep"
    ),
    .executableTarget(
      name: "rank-schedules",
      dependencies: programDependencies,
      path: "Examples/RankSchedules"
    ),
    .executableTarget(
      name: "batch-size-scaling",
      dependencies: programDependencies,
      path: "Examples/BatchSizeScaling"
    ),
    .testTarget(
      name: "NoisyQuadraticTests",
      dependencies: ["NoisyQuadratic"],
      resources: [.copy("Resources")]
    ),
    .testTarget(name: "TrainingCurvesTests", dependencies: ["TrainingCurves"]),
    .target(name: "TestSupport", dependencies: ["NoisyQuadraticFiles"], path: "Tests/TestSupport"),
    .testTarget(name: "NoisyQuadraticFilesTests", dependencies: ["NoisyQuadraticFiles", "TestSupport"]),
    .testTarget(
      name: "ProgramTests",
      dependencies: [
        "NoisyQuadraticFiles", "ProgramSupport", "TestSupport", "compare-horizons", "schedule-gap",
        "meta-surface", "problem-from-spectrum",
        "schedule-shapes", "meta-optimize", "calibrated-comparison", "schedule-from-curves", "sweep",
        "rank-schedules",
        "batch-size-scaling",
      ]
    ),
    .testTarget(
      name: "TrainingCurvesFilesTests",
      dependencies: ["NoisyQuadraticFiles", "TestSupport", "TrainingCurvesFiles"]),
    .testTarget(name: "WorkUnitsTests", dependencies: ["TestSupport", "WorkUnits"]),
    .testTarget(name: "DrawnDigitsTests", dependencies: ["DrawnDigits"]),
    .testTarget(
      name: "MetaOptimizationTests",
      dependencies: ["CZlib", "MetaOptimization", "MetaOptimizationFiles", "WorkUnits"]),
  ],
  swiftLanguageModes: [.v6]
)

// The documentation plugin is resolved only when asked for, so that no client ever fetches it.
if Context.environment["NOISY_QUADRATIC_DOCS"] != nil {
  package.dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"))
}
