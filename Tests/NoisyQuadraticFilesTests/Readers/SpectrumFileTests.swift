import NoisyQuadratic
import Testing

@testable import NoisyQuadraticFiles

@Suite struct SpectrumFileTests {
  private func read(_ bytes: [UInt8], _ columns: (eigenvalue: String?, weight: String?) = (nil, nil)) throws
    -> SpectrumFile
  {
    try SpectrumFile(
      NumberSource(bytes, path: "s"), path: "s", eigenvalueColumn: columns.eigenvalue,
      weightColumn: columns.weight)
  }

  private func read(_ text: String, _ columns: (eigenvalue: String?, weight: String?) = (nil, nil)) throws
    -> SpectrumFile
  {
    try read(Array(text.utf8), columns)
  }

  private func expect(
    _ problem: String, _ text: String, _ columns: (eigenvalue: String?, weight: String?) = (nil, nil),
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: FileError.invalid(path: "s", problem: problem), sourceLocation: sourceLocation) {
      _ = try read(text, columns)
    }
  }

  private func undecided(
    _ problem: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = FileError.undecided(
      path: "s", problem: problem, parameter: "eigenvalueColumn", expected: "with one of them")
    #expect(throws: error, sourceLocation: sourceLocation) { _ = try read(text) }
  }

  private let expected = Result { try SpectralDensity(eigenvalues: [4, -1], weights: [0.25, 0.75]) }

  @Test(
    "Tables, whatever their columns are called, with or without a header",
    arguments: [
      "eigenvalue,weight\n4,0.25\n-1,0.75\n", "i;lambda;w\r\n0;4;0.25\r\n1;-1;0.75",
      "\u{FEFF}weights\tother\tEigen Values\n0.25\tx\t4\n0.75\ty\t-1\n", "4,0.25\n-1,0.75\n",
    ])
  func tables(_ text: String) throws {
    let file = try read(text)
    #expect(file.format == .csv && file.isWeighted)
    #expect(file.spectrum.probes == [try expected.get()])
  }

  @Test("Columns may be named, and guesses are said")
  func columns() throws {
    let text = "a,b,weight\n4,0.25,1\n-1,0.75,1\n"
    let file = try read(text, ("a", "b"))
    #expect(file.spectrum.probes == [try expected.get()] && file.notes.isEmpty)
    #expect(try read("eigenvalue,weight\n1,1\n").notes.isEmpty)
    #expect(
      try read("lambda,w\n1,1\n").notes.map(\.description)
        == [
          "s: the eigenvalue is read from \"lambda\" (otherwise: eigenvalueColumn)",
          "s: the weight is read from \"w\" (otherwise: weightColumn)",
        ])
    #expect(
      try read("eigenvalue,x\n1,7\n").notes.map(\.text)
        == ["s: no column is known as the weight: every eigenvalue has the same"])
    // A single column needs no name.
    let single = try read("anything\n1\n2\n")
    #expect(single.spectrum.density.weights == [0.5, 0.5] && !single.isWeighted)
    #expect(try read("1\n2\n").spectrum.density.eigenvalues == [1, 2])
  }

  @Test("JSON: a list, two lists, lists per probe, pairs, and the same under names")
  func json() throws {
    for text in [
      "[[4, -1], [0.25, 0.75]]", "{\"eigenvalues\": [4, -1], \"weights\": [0.25, 0.75], \"n\": 2}",
      "[[[4, -1]], [[0.25, 0.75]]]", "{\"eigen_list_full\": [[4, -1]], \"weight_list_full\": [[0.25, 0.75]]}",
      "[{\"eigenvalues\": [4, -1], \"weights\": [0.25, 0.75]}]",
    ] {
      let file = try read(text)
      #expect(file.format == .json && file.isWeighted)
      #expect(file.spectrum.probes == [try expected.get()], "\(text)")
    }
    let pairs = try read("[[4, 0.25], [-1, 0.5], [7, 0.25]]").spectrum.density
    #expect(pairs.eigenvalues == [4, -1, 7] && pairs.weights == [0.25, 0.5, 0.25])
    let list = try read(" [4, -1, 7, 9]")
    #expect(list.spectrum.density.weights == [0.25, 0.25, 0.25, 0.25] && !list.isWeighted)
    // Probes may differ in length, and each has the same say.
    let probes = try read("[[[4, -1], [3]], [[1, 3], [0.5]]]").spectrum
    #expect(probes.probes.count == 2)
    #expect(probes.density.eigenvalues == [4, -1, 3])
    #expect(probes.density.weights == [0.125, 0.375, 0.5])
    #expect(try read("{\"a\": [4], \"b\": [1]}", ("a", "b")).notes.isEmpty)
  }

  @Test("NumPy arrays: eigenvalues, pairs in rows, and two rows")
  func numpy() throws {
    let vector = try read(NumPyBytes.vector)
    #expect(vector.format == .numpy && !vector.isWeighted)
    #expect(vector.spectrum.density.eigenvalues == [1.5, -2, 0.1])
    for bytes in [NumPyBytes.matrix, NumPyBytes.fortranOrder] {
      let file = try read(bytes)
      #expect(file.spectrum.density.eigenvalues == [1, -3, 4e-3])
      #expect(file.spectrum.density.weights == [2.5, 0.125, 6])
    }
    // Two blocks of three probes with two values each.
    let probes = try read(NumPyBytes.cube).spectrum.probes
    #expect(probes.map(\.eigenvalues) == [[0, 1], [2, 3], [4, 5]])
    #expect(probes.map(\.weights) == [[6, 7], [8, 9], [10, 11]])
  }

  @Test("Bad tables are refused with the line, the value and what was expected")
  func badTables() {
    expect("line 3 has 1 value, expected 2", "eigenvalue,weight\n1,0.5\n0.1\n")
    expect("line 3: weight is \"-0.5\", expected a finite number ≥ 0", "eigenvalue,weight\n1,0.5\n0.1,-0.5\n")
    expect("line 2: eigenvalue is \"nan\", expected a finite number", "eigenvalue,weight\nnan,0.5\n")
    undecided("no column is known as the eigenvalue among \"a\", \"b\"", "a,b\n1,2\n")
    expect(
      "there is no column \"x\", expected one of \"eigenvalue\", \"weight\"", "eigenvalue,weight\n1,2\n",
      (nil, "x"))
    undecided("several columns may be the eigenvalue, \"lambda\", \"eig\"", "lambda,eig\n1,2\n")
    expect("the first row is 3 numbers, expected a header that names the columns", "1,2,3\n")
    expect("there is no row of numbers, expected at least one", "eigenvalue,weight\n")
    expect("the file is empty", "")
    expect("the sum of the weights is 0.0, expected a finite number > 0, not too small", "1,0\n2,0\n")
    // A number that may have been cut off.
    expect(
      "line 2: weight is \"-\", expected a finite number ≥ 0; it has no line break, the file may be cut off",
      "eigenvalue,weight\n1,-")
  }

  @Test("Bad lists are refused with their place")
  func badLists() {
    let other =
      "its numbers have another arrangement, expected a list of eigenvalues, two lists (eigenvalues and "
      + "weights, one list or one list per probe), pairs, or these under names"
    for text in [
      "[]", "[[]]", "[[1, 2], \"x\"]", "[[1, 2, 3], [1], [1]]", "[[[1], []], [[1], []]]", "[null]",
    ] {
      expect(other, text)
    }
    expect("weights has 1 elements, expected 2", "[[1, 2], [1]]")
    expect("weights[1] is -1.0, expected a finite number ≥ 0", "[[1, 2], [1, -1]]")
    expect("list 2: weights has 2 elements, expected 1", "[[[1], [2]], [[1], [1, 1]]]")
    expect("there are 2 lists of eigenvalues, expected as many lists of weights", "[[[1], [2]], [[1]]]")
    expect("no key is known as the eigenvalues, expected \"eigenvalues\"", "{\"x\": [1]}")
    expect("there is no key \"y\"", "{\"x\": [1]}", ("y", nil))
    expect(
      "the keys \"lambda\", \"eig\" may be the eigenvalue, expected one", "{\"lambda\": [1], \"eig\": [2]}")
    #expect {
      _ = try read("[1, NaN]")
    } throws: { error in
      "\(error)".contains("line 1, column 5") && "\(error)".contains("NaN")
    }
  }

  @Test("Numbers for every eigenvalue come from the same formats")
  func numberLists() throws {
    func read(_ bytes: [UInt8], column: String? = nil) throws -> [Double] {
      try NumberListFile(NumberSource(bytes, path: "n"), path: "n", .gradientNoise, column: column).values
    }
    #expect(try read(Array("eigenvalue,noise\n1,3\n2,4\n".utf8)) == [3, 4])
    #expect(try read(Array("a,b\n1,3\n2,4\n".utf8), column: "a") == [1, 2])
    #expect(try read(Array("3\n4\n".utf8)) == [3, 4])
    #expect(try read(Array("[3, 4]".utf8)) == [3, 4])
    for (bytes, problem) in [
      (NumPyBytes.vector, "gradientNoise[1] is -2.0, expected a finite number ≥ 0"),
      (NumPyBytes.matrix, "it is no list of numbers, expected one number per eigenvalue"),
      (Array("noise\n-1\n".utf8), "line 2: gradientNoise is \"-1\", expected a finite number ≥ 0"),
    ] {
      #expect(throws: FileError.invalid(path: "n", problem: problem)) { _ = try read(bytes) }
    }
  }
}
