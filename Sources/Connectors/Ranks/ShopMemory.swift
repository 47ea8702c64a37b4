// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

/// What products looked like when they were last seen, kept in a file beside the quotas.
///
/// A file that cannot be read or written costs only that products that change their number are not followed.
final class ShopMemory: Sendable {
    private let path: String?
    private let known: Locked<[String: ShopTraits]?>

    /// Creates a memory; without a path it ends with the process.
    init(path: String?) {
        self.path = path
        known = Locked(path == nil ? [:] : nil)
    }

    subscript(key: String) -> ShopTraits? {
        known.withLock { known in
            load(&known)
            return known?[key]
        }
    }

    /// Remembers how a product was seen.
    func remember(_ key: String, _ traits: ShopTraits) {
        known.withLock { known in
            load(&known)
            guard known?[key] != traits else { return }
            known?[key] = traits
            guard let path, let known, let data = try? CanonicalJSON.encode(known) else { return }
            try? data.write(to: URL(filePath: path), options: .atomic)
        }
    }

    private func load(_ known: inout [String: ShopTraits]?) {
        guard known == nil else { return }
        let data = path.flatMap { try? Data(contentsOf: URL(filePath: $0)) }
        known = data.flatMap { try? CanonicalJSON.decode([String: ShopTraits].self, from: $0) } ?? [:]
    }
}
