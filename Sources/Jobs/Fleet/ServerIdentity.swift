// SPDX-License-Identifier: Apache-2.0

/// Which process a server is, so that the next one of its name can know whether it is dead.
package struct ServerIdentity: Sendable {
    /// What tells the process from every other one; empty where nothing does.
    let mark: String
    let isGone: @Sendable (String) -> Bool

    /// Creates an identity; `isGone` says of another process's mark whether that process is certainly dead.
    package init(mark: String, isGone: @escaping @Sendable (String) -> Bool) {
        self.mark = mark
        self.isGone = isGone
    }

    /// One that says nothing: a former process of the name is known to be dead when its lease is over.
    package static let unknown = ServerIdentity(mark: "") { _ in false }

    private static let separator: Character = "@"

    /// How the process calls itself in its lease; `instance` is unique for ever.
    func holder(_ instance: String) -> String { instance + String(Self.separator) + mark }

    /// Whether the process that holds a lease is certainly dead.
    func isDead(_ holder: String) -> Bool {
        guard let place = holder.firstIndex(of: Self.separator) else { return false }
        let mark = String(holder[holder.index(after: place)...])
        return !mark.isEmpty && isGone(mark)
    }
}
