import NoisyQuadratic
import Testing

@testable import NoisyQuadraticFiles

@Suite struct NumPyFileTests {
  private func read(_ bytes: [UInt8]) throws -> NumPyFile { try NumPyFile(bytes, path: "a.npy") }

  private func expect(_ problem: String, _ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation)
  {
    #expect(throws: FileError.invalid(path: "a.npy", problem: problem), sourceLocation: sourceLocation) {
      _ = try read(bytes)
    }
  }

  @Test("Both types, byte orders and memory orders, and all versions, hold the same numbers")
  func forms() throws {
    let values = [1, 2.5, -3, 0.125, 4e-3, 6]
    for bytes in [
      NumPyBytes.matrix, NumPyBytes.bigEndian, NumPyBytes.fortranOrder, NumPyBytes.version2,
      NumPyBytes.version3,
    ] {
      let file = try read(bytes)
      #expect(file.values == values && file.shape == [3, 2] && file.elementType == .float64)
    }
    for bytes in [NumPyBytes.float32, NumPyBytes.bigEndianFloat32] {
      let file = try read(bytes)
      #expect(file.values == values.map { Double(Float($0)) } && file.elementType == .float32)
    }
    #expect(try read(NumPyBytes.vector).values == [1.5, -2, 0.1])
    #expect(try read(NumPyBytes.vector).shape == [3])
    #expect(try read(NumPyBytes.number).shape.isEmpty && read(NumPyBytes.number).values == [7.5])
    for bytes in [NumPyBytes.cube, NumPyBytes.fortranCube] {
      #expect(try read(bytes).values == (0..<12).map(Double.init))
      #expect(try read(bytes).shape == [2, 3, 2])
    }
    let matrix = try read(NumPyBytes.fortranOrder).matrix(path: "a.npy")
    #expect(matrix.rows == 3 && matrix.columns == 2 && matrix[2, 1] == 6)
  }

  @Test("Other types, arrays without numbers and numbers that are not finite are refused")
  func contents() throws {
    let expected = ", expected float32 or float64"
    let types = " (<f4, >f4, <f8 or >f8)"
    expect("its numbers are Python objects (|O)\(expected)\(types)", NumPyBytes.objects)
    expect("its numbers are of type \"<i8\"\(expected)\(types)", NumPyBytes.integers)
    expect("its numbers are of type \"<f2\"\(expected)\(types)", NumPyBytes.half)
    expect("its numbers are of type \"<c16\"\(expected)\(types)", NumPyBytes.complex)
    expect("its numbers are records of several fields\(expected)", NumPyBytes.records)
    expect("its shape is (0,), expected at least one number", NumPyBytes.empty)
    expect("the number at [1, 0] is nan, expected a finite number", NumPyBytes.notANumber)
    let vector = try read(NumPyBytes.vector)
    #expect(
      throws: FileError.invalid(
        path: "a.npy", problem: "the array's shape is (3,), expected (rows, columns)")
    ) { _ = try vector.matrix(path: "a.npy") }
  }

  @Test("A file that is cut off anywhere, or goes on, is refused in one line")
  func lengths() throws {
    for length in NumPyBytes.matrix.indices {
      #expect {
        _ = try read(Array(NumPyBytes.matrix.prefix(length)))
      } throws: { error in
        guard case FileError.invalid(_, let problem) = error else { return false }
        return !problem.contains("\n")
      }
    }
    let shape = "for the shape (3, 2) of <f8"
    expect(
      "it has 47 bytes of numbers, expected 48 \(shape): the file is cut off",
      Array(NumPyBytes.matrix.dropLast()))
    expect(
      "it has 49 bytes of numbers, expected 48 \(shape): something follows the array", NumPyBytes.matrix + [0]
    )
    expect(
      "the file ends within its header, after 20 bytes, expected at least 128",
      Array(NumPyBytes.matrix.prefix(20)))
    expect("the file ends within its first ten bytes", Array(NumPyBytes.matrix.prefix(8)))
  }

  @Test("Files that are something else are named")
  func others() {
    let expected = ", expected a NumPy array as numpy.save writes it (.npy)"
    expect("the file is empty\(expected)", [])
    expect(
      "it is a zip archive, such as .npz or a checkpoint of PyTorch\(expected)", Array("PK\u{3}\u{4}".utf8))
    expect("it is a Python pickle\(expected)", [0x80, 4, 0x95])
    expect("it does not begin with the bytes \\x93NUMPY\(expected)", Array("1,2\n".utf8))
    var future = NumPyBytes.matrix
    future[6] = 4
    expect("its format is version 4.0, expected 1.0, 2.0 or 3.0", future)
  }

  @Test(
    "Headers that NumPy does not write are refused",
    arguments: [
      ("{'descr': '<f8', 'fortran_order': False}", "expected the keys descr"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'more': 'x'}", "expected the keys descr"),
      ("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", "\"descr\" twice"),
      ("{'descr': '<f8', 'fortran_order': Falsch, 'shape': (1,)}", "where True or False is expected"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", "where an integer from 0"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}", "an integer from 0"),
      (
        "{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4611686018427387904)}",
        "expected 9223372036854775807"
      ),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} x", "text behind its dictionary"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)", "ends where the character } is expected"),
      ("{'descr: '<f8'}", "where the character : is expected"),
      ("", "ends where the character { is expected"),
      ("{\"a\"", "ends where the character : is expected"),
    ])
  func headers(_ text: String, _ expected: String) {
    let header = Array(text.utf8)
    let start = Array(NumPyBytes.matrix.prefix(8)) + [UInt8(header.count), 0]
    #expect {
      _ = try read(start + header + Array(repeating: 0, count: 8))
    } throws: { error in
      "\(error)".contains(expected) && !"\(error)".contains("\n")
    }
  }

  @Test("Spaces and tuples are read as Python writes them, also by its version 2")
  func notation() throws {
    for text in [
      "{'descr':'<f8','fortran_order':False,'shape':(1,)}",
      " { \"shape\" : ( 1L , ) , 'fortran_order' : True , 'descr' : \"<f8\" , } \n",
    ] {
      let header = Array(text.utf8)
      let start = Array(NumPyBytes.matrix.prefix(8)) + [UInt8(header.count), 0]
      #expect(try read(start + header + [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]).values == [1])
    }
  }
}
