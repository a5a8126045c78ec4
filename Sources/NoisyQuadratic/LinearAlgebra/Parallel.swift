/// Independent work on all cores.
package enum Parallel {
  /// The results of `body` for every item, in the order of the items. They do not depend on the number of
  /// cores.
  ///
  /// - Parameters:
  ///   - items: the inputs of the work.
  ///   - body: the work, which depends on nothing but its item.
  /// - Returns: one result per item.
  /// - Throws: the error of the first failing item, in the order of the items.
  package static func map<Item: Sendable, Value: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item) throws(NoisyQuadraticError) -> Value
  ) async throws(NoisyQuadraticError) -> [Value] {
    BLASThreads.enter()
    defer { BLASThreads.leave() }
    let results = await withTaskGroup(of: (Int, Result<Value, NoisyQuadraticError>).self) { group in
      for (i, item) in items.enumerated() {
        group.addTask { (i, Result { () throws(NoisyQuadraticError) in try body(item) }) }
      }
      return await group.reduce(into: [(Int, Result<Value, NoisyQuadraticError>)]()) { $0.append($1) }
    }
    var values: [Value] = []
    for (_, result) in results.sorted(by: { $0.0 < $1.0 }) { values.append(try result.get()) }
    return values
  }
}
