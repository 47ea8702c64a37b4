// SPDX-License-Identifier: Apache-2.0

import Domain

/// Keeps what was made of records, under a name, until they change.
///
/// At most so many values are kept: with one more, the one goes that was made first. Safe to call from any thread.
package final class KeptValues<Name: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        var revision: String
        var value: Value
    }

    /// What a value is of.
    private struct Place: Hashable {
        var name: Name
        var revision: String
    }

    private struct Shelf {
        var entries: [Name: Entry] = [:]
        /// Oldest first.
        var order: [Name] = []
        /// What is being made, and who waits for it.
        var making: [Place: [CheckedContinuation<Value?, Never>]] = [:]
    }

    /// What somebody who asks is to do.
    private enum Turn {
        case take(Value)
        case make
        case wait
    }

    private let shelf = Locked(Shelf())
    private let most: Int

    /// Creates an empty shelf for so many values.
    package init(most: Int) {
        self.most = most
    }

    /// The value under a name that was made of a revision; `make` makes it where there is none.
    ///
    /// Who asks while it is being made waits for it. What `make` throws is thrown to whoever made it, nothing is kept, and the next who waits makes it.
    package func value<Failure: Error>(
        _ name: Name,
        at revision: String,
        make: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let place = Place(name: name, revision: revision)
        while true {
            switch turn(at: place) {
            case .take(let value): return value
            case .wait:
                if let value = await made(at: place) { return value }
            case .make:
                do throws(Failure) {
                    let value = try await make()
                    keep(value, at: place)
                    return value
                } catch {
                    end(place, with: nil)
                    throw error
                }
            }
        }
    }

    /// How many wait for what others make.
    package var waitingCount: Int { shelf.withLock { $0.making.values.reduce(0) { $0 + $1.count } } }

    /// Has one of all who ask at once make the value.
    private func turn(at place: Place) -> Turn {
        shelf.withLock { shelf in
            if let known = shelf.entries[place.name], known.revision == place.revision { return .take(known.value) }
            guard shelf.making[place] == nil else { return .wait }
            shelf.making[place] = []
            return .make
        }
    }

    /// What somebody else makes; nil when they are done already, or could not.
    private func made(at place: Place) async -> Value? {
        await withCheckedContinuation { continuation in
            let isBeingMade = shelf.withLock { shelf in
                shelf.making[place]?.append(continuation) != nil
            }
            if !isBeingMade { continuation.resume(returning: nil) }
        }
    }

    private func keep(_ value: Value, at place: Place) {
        shelf.withLock { shelf in
            let entry = Entry(revision: place.revision, value: value)
            if shelf.entries.updateValue(entry, forKey: place.name) != nil {
                shelf.order.removeAll { $0 == place.name }
            }
            shelf.order.append(place.name)
            while shelf.order.count > most { shelf.entries[shelf.order.removeFirst()] = nil }
        }
        end(place, with: value)
    }

    private func end(_ place: Place, with value: Value?) {
        let waiting = shelf.withLock { $0.making.removeValue(forKey: place) ?? [] }
        for one in waiting { one.resume(returning: value) }
    }
}
