// SPDX-License-Identifier: Apache-2.0

import Domain

/// Bounds how many bytes of bodies are held at once, whoever sends them.
///
/// A limit on each body alone would let as many connections as are allowed fill the memory together.
final class BodyBudget: Sendable {
    private let most: Int
    private let held = Locked(0)

    init(_ most: Int) {
        self.most = most
    }

    /// Takes bytes out of the budget; false where there are not so many left.
    func take(_ bytes: Int) -> Bool {
        held.withLock { held in
            guard bytes <= most - held else { return false }
            held += bytes
            return true
        }
    }

    /// Gives back what was taken.
    func giveBack(_ bytes: Int) {
        held.withLock { $0 -= bytes }
    }
}
