import ArgumentParser
import NoisyQuadraticFiles
import ProgramSupport

/// The command line, as text; `Plan` gives it meaning.
struct Arguments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule-gap",
    abstract:
      "How far a learning-rate schedule is from the best one on a noisy quadratic, and where it loses.",
    discussion: """
      Takes a schedule from a file or from a family, computes the best schedule within the same limits, and \
      says how far apart they end, at which steps the difference is lost for good, and in which curvatures \
      it sits at the end, as signal left or as noise. Writes schedule-gap.json, schedule-gap.csv, \
      optimal-schedule.csv and a plot.

      A schedule file is CSV with the header step,learningRate,momentum or step,learningRate and one line \
      for every step, from 0 on. A family is NAME:PARAMETER=VALUE,PARAMETER=VALUE:

        constant:learningRate=0.1
        linear:initialValue=0.8,endValue=0,transitionSteps=250
        exponential:initialValue=0.8,decayRate=0.5,transitionSteps=50
        inverse-time:initialValue=0.8,timeScale=100,exponent=1
        cosine:initialValue=0.8,endValue=0,transitionSteps=250
        polynomial:initialValue=0.8,endValue=0,power=2,transitionSteps=250
        piecewise-constant:values=0.8/0.2/0.05,boundaries=100/200
        warmup-stable-decay:peakValue=0.8,warmupSteps=20,decaySteps=80,endValue=0

      and momentum=0.9 for all steps of any of them. endValue is 0, exponent 1, and transitionSteps the \
      horizon (1 for exponential) unless given.

      Without a preset or problem file the problem is wu2018, Section 2 of Wu et al. (2018).

      Units: learning rates are 1/curvature, losses are expected excess losses in the problem's own unit. \
      Momentum is heavy ball with the rate inside the velocity: v = mu v - alpha g, theta = theta + v.

      Example, with a schedule of your own, whose file mine.csv begins with the lines step,learningRate and 0,0.1:

        schedule-gap --preset power-law --schedule mine.csv --learning-rate-limit 1/hmax

      \(Failure.statuses)
      """,
    version: PackageVersion.current)

  @OptionGroup var source: ProblemOptions

  @Option(
    parsing: .unconditional,
    help: .init("The schedule, a CSV file; its length is the horizon.", valueName: "file"))
  var schedule: String?

  @Option(
    parsing: .unconditional,
    help: .init("The schedule, a family with parameters as above.", valueName: "family"))
  var family: String?

  @Option(
    parsing: .unconditional, help: .init("Number of steps of a family. (default: 250)", valueName: "steps"))
  var horizon: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Limit of the best schedule: paper (no direction's loss grows in one step from the start), 2/hmax, "
        + "1/hmax, none, or a number. (default: 2/hmax, or the schedule's largest rate if that is larger)",
      valueName: "limit"))
  var learningRateLimit: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "The best schedule's largest momentum, at least 0 and below 1. (default: 0.9999 if the schedule uses "
        + "momentum, else 0)", valueName: "limit"))
  var momentumLimit: String?

  @Option(
    parsing: .unconditional,
    help: .init("The directory to write to. (default: ./schedule-gap)", valueName: "directory"))
  var output: String?

  @Flag(
    help:
      "Every step in schedule-gap.json and schedule-gap.csv. Above 10000 steps they else list 10000, evenly spaced."
  )
  var fullSeries = false

  @Flag(help: "Draw no plots.")
  var noPlots = false

  @Flag(help: "No table and no progress. Errors are still printed.")
  var quiet = false
}
