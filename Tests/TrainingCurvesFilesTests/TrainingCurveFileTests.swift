import NoisyQuadraticFiles
import TestSupport
import Testing
import TrainingCurves

@testable import TrainingCurvesFiles

/// Curves from logs, and what is wrong with others.
@Suite struct TrainingCurveFileTests {
  private func read(
    _ text: String, schedule: String? = nil, _ change: (inout TrainingLog.Options) -> Void = { _ in }
  ) throws -> TrainingCurveFile {
    let scratch = try Scratch()
    let path = try scratch.write(text, to: "run.csv")
    let rates = try schedule.map { try scratch.write($0, to: "rates.csv") }
    var options = TrainingLog.Options()
    change(&options)
    return try TrainingCurveFile(contentsOf: path, schedule: rates, options: options)
  }

  @Test("Rates before the first row rise from 0, follow the rows in lines, and jump where rows differ much")
  func ownRates() throws {
    let file = try read("global_step,lr,train_loss,epoch\n4,0.2,3,0\n6,0.19,2,0\n8,0.05,1,1\n")
    #expect(file.curve.name == "run")
    #expect(file.curve.steps == [4, 6, 8] && file.curve.losses == [3, 2, 1])
    let expected = [0, 0.05, 0.1, 0.15, 0.2, 0.195, 0.19, 0.19, 0.05]
    #expect(file.curve.learningRates.count == expected.count)
    for (rate, expected) in zip(file.curve.learningRates, expected) { #expect(abs(rate - expected) < 1e-15) }
    #expect(file.curve.warmupSteps == 4)
    let notes = file.notes.map(\.description)
    #expect(notes.count == 3)
    #expect(notes[0].contains("the loss is read from \"train_loss\""))
    #expect(notes[1].contains("begins 4 steps after the first update") && notes[1].contains("firstStep"))
    #expect(notes[2].contains("jumps at step 8") && notes[2].contains("between"))
  }

  @Test("Rates of Adam are not said to be read as SGD's")
  func adam() throws {
    let notes = try read("step,lr-Adam,loss\n0,0.2,3\n1,0.2,2\n").notes.map(\.description)
    #expect(notes.count == 1 && notes[0].contains("read from \"lr-Adam\""))
  }

  @Test("The reader's options decide what is between rows and which update is the first")
  func choices() throws {
    let text = "step,learningRate,loss\n2,9,9\n3,1,5\n5,2,4\n"
    func rates(_ between: TrainingLog.Options.Between) throws -> TrainingCurve {
      let file = try read(text) { ($0.between, $0.firstStep) = (between, 3) }
      #expect(file.notes.map(\.description).allSatisfy { $0.contains("rows before step 3 are left out") })
      return file.curve
    }
    let (hold, linear) = try (rates(.hold), rates(.linear))
    #expect(hold.learningRates == [1, 1, 2] && linear.learningRates == [1, 1.5, 2])
    #expect(hold.steps == [0, 2] && hold.losses == [5, 4])
  }

  @Test("A decay to near 0 is no row of jumps, and a drop is one")
  func decays() throws {
    let rows = [(0, 1.0), (10, 1), (20, 0.7), (30, 0.4), (40, 0.1), (50, 0.1), (60, 0.02), (70, 0.02)]
    let text = rows.map { "\($0),\($1),1\n" }.joined()
    let file = try read("step,learningRate,loss\n" + text)
    let rates = file.curve.learningRates
    #expect(abs(rates[15] - 0.85) < 1e-15 && abs(rates[35] - 0.25) < 1e-15)
    #expect(rates[59] == 0.1 && rates[60] == 0.02)
    #expect(file.notes.map(\.text).filter { $0.contains("jumps") }.count == 1)
  }

  @Test("Rates may stand in another file")
  func otherFile() throws {
    let file = try read("step,loss\n2,3\n3,2\n", schedule: "step,learningRate\n0,0.5\n1,0.25\n2,0.1\n")
    #expect(file.curve.learningRates == [0.5, 0.25, 0.1] && file.curve.steps == [2, 3])
    #expect(file.curve.warmupSteps == 0 && file.notes.isEmpty)
  }

  @Test("Losses after the log's last rate are left out with a note")
  func lateLosses() throws {
    let file = try read("step,learningRate,loss\n0,1,3\n1,1,2\n2,,2\n3,,1\n")
    #expect(file.curve.steps == [0, 1, 2])
    #expect(file.notes.contains { $0.text.contains("end with step 1: 1 later loss is left out") })
  }

  @Test(
    "What is wrong is said in one line with file and row",
    arguments: [
      ("step,learningRate,loss\n1,1,3\n2,1\n", nil, "run.csv: line 3 has 2 values, expected 3"),
      ("step,learningRate,loss\n1,1,3\n1,1,2\n", nil, "line 3: step is 1 after 1 in line 2"),
      ("step,learningRate,loss\n2,1,3\n1,1,2\n", nil, "line 3: step is 1 after 2 in line 2"),
      ("step,learningRate,loss\n1,1,nan\n", nil, "line 2: loss is \"nan\", expected a finite number"),
      (
        "step,learningRate,loss\n1,1,3\n2,1,-0.5\n", nil,
        "run.csv: line 3: loss is -0.5, expected a number > 0"
      ),
      ("step,learningRate,loss\n1,1,0\n", nil, "line 2: loss is 0.0, expected a number > 0"),
      ("step,learningRate,loss\n1,-1,3\n", nil, "line 2: learningRate is \"-1\", expected a finite number"),
      (
        "step,learningRate,loss\n1,0,3\n2,0,2\n", nil,
        "line 2: the learning rate is 0 as in all rows after it"
      ),
      ("step,loss\n1,3\n", nil, "no column is known as the learning rate"),
      ("step,learningRate\n1,3\n", nil, "no column is known as the loss"),
      (
        "step,loss\n1,3\n9,2\n", "step,learningRate\n0,1\n1,1\n",
        "run.csv: line 3: step is 9, but the learning rates of "
      ),
      (
        "step,learningRate,loss\n0,1,\n9,,2\n", nil,
        "line 3: step is 9, but the learning rates end with step 0"
      ),
      (
        "step,learningRate,batchSize,loss\n0,1,8,3\n1,1,8,3\n2,1,16,2\n", nil,
        "run.csv: line 4: batchSize is 16 after 8, expected one batchSize for the whole run"
      ),
      (
        "step,loss\n1,3\n", "step,learningRate,batchSize\n0,1,8\n1,1,16\n",
        "rates.csv: line 3: batchSize is 16 after 8, expected one batchSize"
      ),
      ("step,loss\n1,3\n", "step,learningRate\n0,x\n", "rates.csv: line 2: learningRate is \"x\""),
    ] as [(String, String?, String)])
  func mistakes(_ text: String, _ schedule: String?, _ expected: String) throws {
    let error = #expect(throws: FileError.self) { try read(text, schedule: schedule) }
    let line = error?.description ?? ""
    #expect(line.contains(expected) && !line.contains("\n"), "\(line)")
  }

  @Test("A first step after all rows is refused with the option's name")
  func noRows() throws {
    for text in ["step,learningRate,loss\n1,1,3\n", "step,learningRate,loss\n1,,3\n9,1,\n"] {
      let error = #expect(throws: FileError.self) { try read(text) { $0.firstStep = 5 } }
      #expect(error?.description.contains("expected firstStep at most that") == true)
    }
  }

  @Test("A rise that pauses, or does not reach the largest rate, is no warmup")
  func warmups() throws {
    func warmup(_ rates: [Double]) throws -> Int {
      try TrainingCurve(name: "", learningRates: rates, steps: [rates.count], losses: [1]).warmupSteps
    }
    #expect(try warmup([0, 1, 2, 2, 1]) == 2)
    #expect(try warmup([1, 2, 1, 3]) == 0)
    #expect(try warmup([1, 1, 2, 2]) == 0)
    #expect(try warmup([3, 2, 1]) == 0)
    #expect(try warmup([1, 2, 2 * (1 + 1e-12)]) == 2)
  }
}
