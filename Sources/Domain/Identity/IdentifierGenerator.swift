// SPDX-License-Identifier: Apache-2.0

/// Makes identifiers from a clock and a seeded generator, so that a simulation makes the same ones again.
///
/// Safe to call from any thread. Two identifiers of one generator never repeat: within one millisecond the low part counts up,
/// and a clock that steps back does not take the order with it.
package final class IdentifierGenerator: Sendable {
    private struct State {
        var milliseconds: Int64 = 0
        var high: UInt64 = 0
        var low: UInt64 = 0
        var generator: SplitMix64
    }

    private let clock: any TimeSource
    private let state: Locked<State>

    /// Creates a generator; give it a seed of its own for every process that writes to one store.
    package init(clock: any TimeSource, seed: UInt64) {
        self.clock = clock
        state = Locked(State(generator: SplitMix64(seed: seed)))
    }

    /// Makes the next identifier of a kind.
    package func next<Kind>(_ kind: Kind.Type = Kind.self) -> Identifier<Kind> {
        let now = clock.now.milliseconds
        let (milliseconds, high, low) = state.withLock { state in
            if now > state.milliseconds {
                state.milliseconds = now
                state.high = state.generator.next() >> 24
                state.low = state.generator.next() >> 25
            } else {
                state.low &+= 1
            }
            return (state.milliseconds, state.high, state.low)
        }
        let digits =
            CrockfordBase32.encode(UInt64(clamping: milliseconds), count: 10)
            + CrockfordBase32.encode(high, count: 8) + CrockfordBase32.encode(low, count: 8)
        return Identifier(unchecked: Kind.identifierPrefix + "_" + String(decoding: digits, as: UTF8.self))
    }
}
