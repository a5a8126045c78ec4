/// Refuses work that would not fit into this machine's memory, before anything is allocated.
package enum MemoryRequirement {
  /// Physical memory in bytes.
  package static var available: Double { Elementary.physicalMemory }

  /// Throws ``NoisyQuadraticError/exceedsMemory(field:value:requiredBytes:availableBytes:)`` when
  /// `doubles` numbers, the need of a `field` that is `value`, exceed the memory.
  package static func check(_ field: String, _ value: Int, doubles: Double) throws(NoisyQuadraticError) {
    let required = 8 * doubles
    guard required <= available else {
      throw .exceedsMemory(
        field: field, value: value, requiredBytes: required, availableBytes: available)
    }
  }
}
