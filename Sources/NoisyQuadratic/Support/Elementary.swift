#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The C library's elementary functions, imported in this one place.
package enum Elementary {
  package static func exp(_ x: Double) -> Double { cExp(x) }
  package static func expm1(_ x: Double) -> Double { cExpm1(x) }
  package static func log(_ x: Double) -> Double { cLog(x) }
  package static func log1p(_ x: Double) -> Double { cLog1p(x) }
  package static func pow(_ x: Double, _ y: Double) -> Double { cPow(x, y) }
  package static func sin(_ x: Double) -> Double { cSin(x) }
  package static func cos(_ x: Double) -> Double { cCos(x) }
  package static func atan2(_ y: Double, _ x: Double) -> Double { cAtan2(y, x) }
  package static func atanh(_ x: Double) -> Double { cAtanh(x) }

  /// The sum of terms, compensated for rounding (Neumaier).
  package static func sum(_ terms: some Sequence<Double>) -> Double {
    var (sum, lost) = (0.0, 0.0)
    for term in terms {
      let next = sum + term
      lost += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
      sum = next
    }
    // An infinite sum has no compensation.
    return lost.isFinite ? sum + lost : sum
  }

  /// The Euclidean length of a vector whose squares neither overflow nor vanish.
  package static func norm(_ vector: some Sequence<Double>) -> Double {
    vector.reduce(0) { $0.addingProduct($1, $1) }.squareRoot()
  }

  /// Physical memory in bytes.
  package static var physicalMemory: Double {
    Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))
  }
}

// Inside the enumeration, its own names would hide those of the C library.
private func cExp(_ x: Double) -> Double { exp(x) }
private func cExpm1(_ x: Double) -> Double { expm1(x) }
private func cLog(_ x: Double) -> Double { log(x) }
private func cLog1p(_ x: Double) -> Double { log1p(x) }
private func cPow(_ x: Double, _ y: Double) -> Double { pow(x, y) }
private func cSin(_ x: Double) -> Double { sin(x) }
private func cCos(_ x: Double) -> Double { cos(x) }
private func cAtan2(_ y: Double, _ x: Double) -> Double { atan2(y, x) }
private func cAtanh(_ x: Double) -> Double { atanh(x) }
