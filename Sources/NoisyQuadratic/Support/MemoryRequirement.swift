/// A check, made before anything is allocated, that work fits into the memory of this machine.
package enum MemoryRequirement {
  /// Physical memory in bytes.
  package static var available: Double { Elementary.physicalMemory }

  /// Throws ``NoisyQuadraticError/exceedsMemory(field:value:requiredBytes:availableBytes:)`` if `doubles`
  /// numbers exceed the physical memory. The error names the `field` whose `value` requires them.
  package static func check(_ field: String, _ value: Int, doubles: Double) throws(NoisyQuadraticError) {
    let required = 8 * doubles
    guard required <= available else {
      throw .exceedsMemory(
        field: field, value: value, requiredBytes: required, availableBytes: available)
    }
  }
}
