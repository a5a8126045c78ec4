import Foundation
import NoisyQuadratic
import TestSupport
import Testing

@testable import NoisyQuadraticFiles

/// What trainers write.
@Suite struct TrainingLogTests {
  private func log(
    _ text: String, _ options: TrainingLog.Options = .init(),
    required: Set<TrainingLog.Quantity> = [.learningRate],
    block: Int = 1 << 16
  ) throws -> TrainingLog {
    var reader = TrainingLogReader(path: "runs/my.log", options: options, required: required)
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      try reader.append(rest.prefix(block))
      rest = rest.dropFirst(block)
    }
    return try reader.finish()
  }

  private func failure(
    _ text: String, _ options: TrainingLog.Options = .init(),
    required: Set<TrainingLog.Quantity> = [.learningRate]
  ) -> String {
    do {
      _ = try log(text, options, required: required)
      return "read without a failure"
    } catch {
      return "\(error)"
    }
  }

  private static let lightning = """
    epoch,lr-SGD,lr-SGD-momentum,step,train_loss,val_loss
    ,0.1,0.9,49,,
    0,,,49,2.5,
    0,,,99,,2.25
    ,0.05,0.9,99,,
    0,,,99,2.0,

    """
  private static let trainerState = """
    {
      "best_metric": null, "global_step": 30, "max_steps": 30,
      "log_history": [
        {"epoch": 0.1, "grad_norm": NaN, "learning_rate": 5e-05, "loss": 2.5, "step": 10},
        {"epoch": 0.1, "eval_loss": 2.75, "eval_runtime": 1.5, "step": 10},
        {"epoch": 0.2, "grad_norm": Infinity, "learning_rate": 2.5e-05, "loss": 2.25, "step": 20},
        {"epoch": 0.3, "learning_rate": 0.0, "loss": 2.125, "step": 30},
        {"epoch": 0.3, "step": 30, "total_flos": 1e15, "train_loss": 2.3, "train_runtime": 9.5}
      ]
    }
    """

  @Test("Every form gives the same series, whatever the blocks", arguments: [1, 10, 1 << 16])
  func forms(_ block: Int) throws {
    for text in [
      "Step,note,LR,Loss\n1,\"a, \"\"b\"\"\n\",0.5,3\n2,,0.25,2.5",
      "\u{FEFF}step;lr;loss\r\n1;5e-1;3\r\n2;.25;2.5\r\n",
      "train/global_step\tlearningRate\ttrain/loss\n1\t0.5\t3\n2.0\t0.25\t2.5\n\n \n",
      "{\"_step\": 7, \"trainer/global_step\": 1, \"lr\": 0.5, \"loss\": 3}\n\n"
        + "{\"_step\": 8, \"trainer/global_step\": 2, \"lr\": \"0.25\", \"loss\": 2.5, \"x\": {\"y\": [NaN]}}",
      "\n{\"iter\": 1, \"optimizer/lr\": 0.5, \"training_loss\": 3}\r\n"
        + "{\"iter\": 2, \"optimizer/lr\": 0.25, \"training_loss\": 2.5}\r\n",
      "[{\"iteration\": 1, \"lr\": 0.5, \"loss\": 3},\n {\"iteration\": 2, \"lr\": 0.25, \"loss\": 2.5}]",
      "{\"log_history\": [{\"step\": 1, \"learning_rate\": 0.5, \"loss\": 3, \"lr\": 9},"
        + "{\"step\": 2, \"learning_rate\": 0.25, \"loss\": 2.5}]}",
    ] {
      let log = try log(text, block: block)
      #expect(log.learningRate?.steps == [1, 2], "\(text)")
      #expect(log.learningRate?.values == [0.5, 0.25])
      #expect(log.loss?.steps == [1, 2])
      #expect(log.loss?.values == [3, 2.5])
      #expect(log.momentum == nil && log.momentumConvention == nil)
      #expect(log.name == "my")
    }
  }

  @Test("Lightning writes what it knows at a time: each quantity has its own rows, the others are counted")
  func lightning() throws {
    let log = try log(Self.lightning)
    #expect(log.learningRate == series([49, 99], [0.1, 0.05], [2, 5]))
    #expect(log.momentum == series([49, 99], [0.9, 0.9], [2, 5]))
    #expect(log.loss == series([49, 99], [2.5, 2.0], [3, 6]))
    #expect(
      log.notes.map(\.description) == [
        "runs/my.log: the learning rate is read from \"lr-SGD\", the momentum is read from \"lr-SGD-momentum\", the "
          + "loss is read from \"train_loss\" (otherwise: rateColumn, momentumColumn, lossColumn)",
        "runs/my.log: rows without a learning rate are left out, 3 of 5",
      ])
  }

  private func series(_ steps: [Int], _ values: [Double], _ rows: [Int]) -> TrainingLog.Series {
    var series = TrainingLog.Series()
    (series.steps, series.values, series.rows) = (steps, values, rows)
    return series
  }

  @Test(
    "trainer_state.json: its own names, evaluations mixed in, numbers that JSON does not have in other keys")
  func trainerState() throws {
    let log = try log(Self.trainerState, required: [.learningRate, .loss])
    #expect(log.learningRate == series([10, 20, 30], [5e-5, 2.5e-5, 0], [0, 2, 3]))
    #expect(log.loss == series([10, 20, 30], [2.5, 2.25, 2.125], [0, 2, 3]))
    #expect(
      log.notes.map(\.text) == [
        "runs/my.log: rows without a learning rate are left out, 2 of 5",
        "runs/my.log: rows without a loss are left out, 2 of 5",
      ])
    var options = TrainingLog.Options()
    options.lossColumn = "eval_loss"
    #expect(try self.log(Self.trainerState, options).loss == series([10], [2.75], [1]))
  }

  @Test("A schedule as JSON of this package")
  func schedule() throws {
    let text = """
      {"format": "noisy-quadratic/schedule", "version": 1, "momentumConvention": "optax-nesterov", "stepIndexBase": 0,
       "learningRate": [0.5, 0.25], "momentum": [0, 0.9], "provenance": {"program": "x"}}
      """
    let log = try log(text)
    #expect(log.learningRate == series([0, 1], [0.5, 0.25], [0, 1]))
    #expect(log.momentum?.values == [0, 0.9])
    #expect(log.momentumConvention == .optaxNesterov)
    #expect(log.notes.isEmpty)
    let file = try ScheduleFile(log)
    #expect(
      try file.schedule
        == Schedule(learningRates: [0.5, 0.25], momenta: [0, 0.9], convention: .optaxNesterov))
  }

  @Test(
    "Names that people use are recognized, others are not",
    arguments: [
      (
        LogColumn.step,
        ["step", "Step", "global_step", "Global Step", "iteration", "iter", "trainer/global_step"],
        ["epoch", "eval/step", "steps_per_second", "runtime"]
      ),
      (
        .learningRate,
        [
          "lr", "LR", "learning_rate", "learningRate", "Learning Rate", "train/learning_rate", "lr-Adam",
          "lr-SGD-1",
          "lr-AdamW/pg1", "optimizer/lr", "my-run-7 - train/lr",
        ],
        ["lr-SGD-momentum", "lr-SGD-weight_decay", "my-run-7 - train/lr__MIN", "val/lr", "alr", "rate_limit"]
      ),
      (
        .momentum, ["momentum", "beta1", "train/momentum", "lr-SGD-momentum"],
        ["beta2", "lr-SGD", "bn_momentum"]
      ),
      (
        .loss, ["loss", "train_loss", "train/loss", "training_loss", "Training Loss"],
        ["val_loss", "eval_loss", "eval/loss", "aux/loss", "loss_scale"]
      ),
    ])
  func names(_ column: LogColumn, _ fitting: [String], _ others: [String]) {
    for name in fitting { #expect(column.rank(name) == 0, "\(name)") }
    for name in others { #expect(column.rank(name) == nil, "\(name)") }
    // Nothing is taken for two columns.
    for other in LogColumn.allCases where other != column {
      for name in fitting { #expect(other.rank(name) == nil, "\(name)") }
    }
  }

  @Test("Columns are chosen by name, and a name that is given is no other column's guess")
  func chosenColumns() throws {
    var options = TrainingLog.Options()
    (options.stepColumn, options.rateColumn) = ("iteration", "value")
    let text = "step,iteration,value,momentum\n7,0,0.5,0\n9,1,0.25,0\n"
    #expect(try log(text, options).learningRate == series([0, 1], [0.5, 0.25], [2, 3]))
    #expect(try log(text, options).notes.map(\.parameters) == [])
    options.rateColumn = "momentum"
    #expect(try log(text, options).momentum == nil)
    // Of W&B's own counter and the trainer's, the trainer's.
    #expect(try log("_step,global_step,lr\n4,0,1\n5,1,1\n").learningRate?.steps == [0, 1])
    #expect(try log("_step,lr\n4,1\n5,1\n").learningRate?.steps == [4, 5])
  }

  @Test(
    "A column that is missing or ambiguous is one line with the columns",
    arguments: [
      ("a,b\n", "no column is known as the step among \"a\", \"b\", expected stepColumn with one of them"),
      (
        "step,b\n",
        "no column is known as the learning rate among \"step\", \"b\", expected rateColumn with one of them"
      ),
      (
        "step,iter,lr\n",
        "several columns may be the step, \"step\", \"iter\", expected stepColumn with one of them"
      ),
      (
        "step,lr-Adam/pg1,lr-Adam/pg2\n",
        "several columns may be the learning rate, \"lr-Adam/pg1\", \"lr-Adam/pg2\""
      ),
      ("step,lr,lr\n", "several columns may be the learning rate, \"lr\", \"lr\""),
      (
        "step,lr,loss,train_loss\n",
        "several columns may be the loss, \"loss\", \"train_loss\", expected lossColumn"
      ),
      (
        "{\"step\": 1, \"loss\": 2}\n{\"step\": 2, \"x\": 1}",
        "the learning rate among \"step\", \"loss\", \"x\", expected"
      ),
      ("{\"log_history\": [{\"step\": 1}]}", "no column is known as the learning rate among \"step\""),
      (
        "step," + (0..<500).map { "column\($0)" }.joined(separator: ","),
        "\"column25\" and 474 more, expected rateColumn"
      ),
    ])
  func columns(_ text: String, _ expected: String) {
    let line = failure(text)
    #expect(line.contains(expected) && line.hasPrefix("runs/my.log: ") && !line.contains("\n"), "\(line)")
  }

  @Test("A name that is given and not there is one line with the columns")
  func absentColumn() {
    var options = TrainingLog.Options()
    options.rateColumn = "Value"
    #expect(
      failure("step,value\n", options).hasSuffix(
        "there is no column \"Value\", expected one of \"step\", \"value\""))
    #expect(
      failure("{\"step\": 1, \"lr\": 2}", options)
        .hasSuffix("there is no column \"Value\", expected one of \"step\", \"lr\""))
    #expect(failure("step,Value,Value\n", options).hasSuffix("several columns are \"Value\", expected one"))
    #expect(
      failure("{\"format\": \"noisy-quadratic/schedule\", \"version\": 1, \"learningRate\": [1]}", options)
        .hasSuffix("there is no column \"Value\", expected one of \"step\", \"learningRate\""))
  }

  @Test(
    "Each fault of JSON is one line that names the line or the entry",
    arguments: [
      (
        "{\"step\": 0, \"lr\": 1}\n{\"step\": 1, \"lr\": -1}\n",
        "line 2: lr is -1.0, expected a finite number ≥ 0"
      ),
      (
        "{\"step\": 0, \"lr\": 1}\n\n{\"step\": 1, \"lr\": NaN}\n",
        "line 3: lr is nan, expected a finite number ≥ 0"
      ),
      (
        "{\"step\": 0, \"lr\": 1}\n{\"step\": 1, \"lr\": [1]}\n",
        "line 2: lr is [1], expected a finite number"
      ),
      (
        "{\"step\": 0, \"lr\": 1}\n{\"step\": 1, \"lr\": \"0,5\"}\n",
        "line 2: lr is \"0,5\", expected a finite number ≥ 0 with"
      ),
      (
        "{\"step\": 0, \"lr\": 1}\n{\"step\": \"x\", \"lr\": 1}\n",
        "line 2: step is \"x\", expected an integer ≥ 0"
      ),
      ("{\"step\": 0, \"lr\": 1}\n{\"lr\": 1}\n", "line 2 has no step beside lr"),
      (
        "{\"step\": 0, \"lr\": 1}\n{\"step\": 0, \"lr\": 1}\n",
        "line 2: step is 0 after 0 in line 1, expected increasing"
      ),
      ("{\"step\": 0, \"lr\": 1}\n3\n", "line 2 is 3, expected an object"),
      (
        "{\"step\": 0, \"lr\": 1}\n{\"step\": 1, }\n",
        "is not valid JSON: line 2, column 13: a key in quotes is expected"
      ),
      (
        "{\"step\": 0, \"lr\": 1}\n{\"step\": 1, \"lr\": 0.",
        "line 2, column 21: a digit is expected; it has no line break, the file may be cut off"
      ),
      ("{\"step\": 0, \"lr\": 1", "line 1, column 20: a comma or } is expected"),
      (
        "{\"step\": 0, \"lr\": 1}\n{\"x\": \"\(String(repeating: "y", count: 1 << 20))",
        "line 2 is longer than 1048576 bytes"
      ),
      (
        "{\"log_history\": [{\"step\": 1, \"learning_rate\": -1}]}",
        "log_history[0]: learning_rate is -1.0, expected"
      ),
      (
        "{\"log_history\": [{\"step\": 2, \"learning_rate\": 1}, {}, {\"step\": 1, \"learning_rate\": 1}]}",
        "log_history[2]: step is 1 after 2 in log_history[0], expected increasing steps"
      ),
      ("{\"log_history\": 3}", "log_history is 3, expected an array of objects"),
      ("{\"log_history\": []}", "there is no row, expected at least one"),
      ("[]", "there is no row, expected"),
      ("[{\"step\": 1, \"lr\": 1}, 2]", "array[1] is 2, expected an object"),
      ("{\"format\": \"x\"}", "format is \"x\", expected \"noisy-quadratic/schedule\""),
      ("{\"format\": \"noisy-quadratic/schedule\"}", "version is null, expected 1"),
      ("{\"format\": \"noisy-quadratic/schedule\", \"version\": 2}", "version is 2, expected 1"),
      (
        "{\"format\": \"noisy-quadratic/schedule\", \"version\": 1, \"stepIndexBase\": 1}",
        "stepIndexBase is 1, expected 0"
      ),
      (
        "{\"format\": \"noisy-quadratic/schedule\", \"version\": 1}",
        "learningRate is missing, expected an array"
      ),
      (
        "{\"format\": \"noisy-quadratic/schedule\", \"version\": 1, \"learningRate\": []}",
        "there is no row, expected at least one"
      ),
      (
        "{\"format\": \"noisy-quadratic/schedule\", \"version\": 1, \"learningRate\": [1, null]}",
        "learningRate[1] is null, expected a number"
      ),
      (
        "{\"format\": \"noisy-quadratic/schedule\", \"version\": 1, \"learningRate\": [1, -1]}",
        "step 1: learningRate is -1.0, expected a finite number ≥ 0"
      ),
      (
        "{\"format\": \"noisy-quadratic/schedule\", \"version\": 1, \"learningRate\": [1], \"momentum\": []}",
        "momentum has 0 elements, expected 1 as in learningRate"
      ),
      (
        "{\"format\": \"noisy-quadratic/schedule\", \"version\": 1, \"learningRate\": [1], \"momentum\": [0.5], "
          + "\"momentumConvention\": \"sgd\"}",
        "step 0: momentumConvention is \"sgd\", expected one of velocity,"
      ),
    ])
  func faults(_ text: String, _ expected: String) {
    let line = failure(text)
    #expect(line.contains(expected) && line.hasPrefix("runs/my.log") && !line.contains("\n"), "\(line)")
  }

  @Test("A loss that is no finite number is refused, and so is a log without what is needed")
  func losses() {
    #expect(
      failure("step,loss\n0,1\n1,nan\n", required: [.loss]).hasSuffix(
        "line 3: loss is \"nan\", expected a finite number"))
    #expect(
      failure("step,loss\n0,\n", required: [.loss]).hasSuffix(
        "no row has a value of \"loss\", expected at least one"))
    #expect(failure("step,lr\n0,1\n", required: [.loss]).contains("no column is known as the loss among"))
  }

  @Test("A pipe is read")
  func pipe() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/pipe"
    #expect(mkfifo(path, 0o600) == 0)
    let text = Self.lightning
    Thread.detachNewThread { try? Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
    #expect(try TrainingLog(contentsOf: path).learningRate?.values == [0.1, 0.05])
  }
}
