import Synchronization

/// The work to undo when a program is stopped half-way: temporary files to remove, other programs to end.
///
/// A program that handles signals passes one to its ``OutputDirectory`` and calls ``run(then:)`` in the handler.
public final class Cleanup: Sendable {
  /// Identifies an action.
  struct ID: Hashable, Sendable { fileprivate let number: Int }

  private struct State {
    var count = 0
    var actions: [(id: ID, undo: @Sendable () -> Void)] = []

    mutating func add(_ undo: @escaping @Sendable () -> Void) -> ID {
      let id = ID(number: count)
      count += 1
      actions.append((id, undo))
      return id
    }
  }

  private let state = Mutex(State())

  /// Nothing to undo.
  public init() {}

  /// Adds an action, before the thing that it undoes is done.
  func add(_ undo: @escaping @Sendable () -> Void) -> ID {
    state.withLock { $0.add(undo) }
  }

  /// Does something and adds the action that undoes it, in one piece. An error adds nothing.
  func add<T: Sendable, E: Error>(
    undoing undo: @escaping @Sendable (T) -> Void, _ body: () throws(E) -> T
  ) throws(E) -> (id: ID, value: T) {
    let result = state.withLock { state in
      Result { () throws(E) in try body() }.map { value in (state.add { undo(value) }, value) }
    }
    return try result.get()
  }

  /// Forgets actions: what they undo is done, or undone already.
  func remove(_ ids: some Sequence<ID>) { finish(ids) {} }

  /// Runs `body` and then forgets actions, in one piece: ``run(then:)`` comes before or after.
  func finish<T: Sendable, E: Error>(_ ids: some Sequence<ID>, _ body: () throws(E) -> T) throws(E) -> T {
    let ids = Set(ids)
    let result = state.withLock { state -> Result<T, E> in
      let result = Result { () throws(E) in try body() }
      if case .success = result { state.actions.removeAll { ids.contains($0.id) } }
      return result
    }
    return try result.get()
  }

  /// Undoes and forgets some actions, the latest first.
  func undo(_ ids: some Sequence<ID>) {
    let ids = Set(ids)
    state.withLock { state in
      for action in state.actions.reversed() where ids.contains(action.id) { action.undo() }
      state.actions.removeAll { ids.contains($0.id) }
    }
  }

  /// Undoes everything, the latest first, and ends the process. No other thread adds or finishes anything
  /// meanwhile.
  public func run(then end: () -> Never) -> Never {
    state.withLock { state in
      for action in state.actions.reversed() { action.undo() }
      end()
    }
  }
}
