// SPDX-License-Identifier: Apache-2.0

/// The states that a record passes through, with every legal move in one table.
package protocol LifeCycle: Hashable, Sendable, CaseIterable, RawRepresentable where RawValue == String {
    /// For every state the states that may follow it; a state without an entry is final.
    static var moves: [Self: Set<Self>] { get }
    /// What the record is called in an error, such as `campaign`.
    static var subject: String { get }
}

extension LifeCycle {
    /// Whether a state may follow this one.
    package func canMove(to next: Self) -> Bool { Self.moves[self]?.contains(next) ?? false }

    /// Moves to a state; throws `IllegalMove`, and stays, when the table does not have the move.
    package mutating func move(to next: Self) throws(IllegalMove) {
        guard canMove(to: next) else {
            let legal = (Self.moves[self] ?? []).map(\.rawValue).sorted()
            throw IllegalMove(subject: Self.subject, from: rawValue, to: next.rawValue, legal: legal)
        }
        self = next
    }

    /// Whether nothing follows this state.
    package var isFinal: Bool { Self.moves[self]?.isEmpty ?? true }
}

/// A move that the table of a life cycle does not have.
package struct IllegalMove: Error, Hashable, CustomStringConvertible {
    /// What was to be moved.
    package let subject: String
    /// The state it is in.
    package let from: String
    /// The state that was asked for.
    package let to: String
    /// The states that may follow.
    package let legal: [String]

    package var description: String {
        let choice = legal.isEmpty ? "it is at its end" : "it may become \(legal.joined(separator: ", "))"
        return "the \(subject) is \(from) and cannot become \(to); \(choice)"
    }
}
