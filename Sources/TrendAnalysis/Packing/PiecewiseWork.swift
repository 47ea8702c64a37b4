// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Work on the pieces of a list by all processors, whose results are taken in the list's order.
///
/// Pieces are made while the results of those before them are taken. What comes out does not depend on how many processors there are.
enum PiecewiseWork {
    /// How many places of the list a piece has.
    private static let length = 128
    /// How many pieces are made while those before them are taken.
    private static let batch = 16

    /// Makes something of each piece of the first `count` places, on several threads, and takes it into a state in order.
    static func run<State: Sendable, Piece: Sendable>(
        _ count: Int,
        into start: consuming State,
        make: @Sendable (Range<Int>) -> Piece,
        take: @Sendable (inout State, Piece) -> Void
    ) -> State {
        let state = Locked(consume start)
        var place = 0
        var waiting: [Piece] = []
        while place < count || !waiting.isEmpty {
            let ranges = (0..<batch).compactMap { number -> Range<Int>? in
                let start = place + number * length
                return start < count ? start..<min(count, start + length) : nil
            }
            place += batch * length
            let made = Locked([Piece?](repeating: nil, count: ranges.count))
            let before = waiting
            DispatchQueue.concurrentPerform(iterations: ranges.count + 1) { number in
                if number == 0 {
                    state.withLock { for piece in before { take(&$0, piece) } }
                } else {
                    let piece = make(ranges[number - 1])
                    made.withLock { $0[number - 1] = piece }
                }
            }
            waiting = made.withLock { $0.compactMap(\.self) }
        }
        return state.withLock { $0 }
    }
}
