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

    private struct Shelf {
        var entries: [Name: Entry] = [:]
        /// Oldest first.
        var order: [Name] = []
    }

    private let shelf = Locked(Shelf())
    private let most: Int

    /// Creates an empty shelf for so many values.
    package init(most: Int) {
        self.most = most
    }

    /// The value under a name that was made of a revision; `make` makes it where there is none.
    ///
    /// Who asks while it is being made makes it too, for nothing is held meanwhile. What `make` throws is thrown, and nothing is kept.
    package func value<Failure: Error>(
        _ name: Name,
        at revision: String,
        make: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        if let known = shelf.withLock({ $0.entries[name] }), known.revision == revision { return known.value }
        let value = try await make()
        shelf.withLock { shelf in
            if shelf.entries.updateValue(Entry(revision: revision, value: value), forKey: name) != nil {
                shelf.order.removeAll { $0 == name }
            }
            shelf.order.append(name)
            while shelf.order.count > most { shelf.entries[shelf.order.removeFirst()] = nil }
        }
        return value
    }
}
