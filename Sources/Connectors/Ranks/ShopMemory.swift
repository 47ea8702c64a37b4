// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

/// What products looked like when they were last seen, kept in a file beside the quotas.
///
/// A file that is there and cannot be read is an error, for with what it holds products are followed that change their number.
final class ShopMemory: Sendable {
    private let path: String?
    private let known: Locked<[String: ShopTraits]>

    /// Opens a memory; without a path it ends with the process.
    ///
    /// - Throws: `Failure` where the file cannot be read.
    init(path: String?) throws(Failure) {
        self.path = path
        known = Locked(try path.map(Self.read) ?? [:])
    }

    subscript(key: String) -> ShopTraits? { known.withLock { $0[key] } }

    /// Remembers how a product was seen.
    ///
    /// - Throws: `Failure` where the file cannot be written.
    func remember(_ key: String, _ traits: ShopTraits) throws {
        try known.withLock { known in
            guard known[key] != traits else { return }
            known[key] = traits
            guard let path else { return }
            do {
                try CanonicalJSON.encode(known).write(to: URL(filePath: path), options: .atomic)
            } catch {
                throw Failure(.permission, "\(path): what a product looks like cannot be written down (\(error))")
            }
        }
    }

    private static func read(_ path: String) throws(Failure) -> [String: ShopTraits] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        do {
            return try CanonicalJSON.decode([String: ShopTraits].self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw Failure(
                .invalid,
                "\(path): what products looked like cannot be read; without the file, which may be deleted, "
                    + "products that have changed their number since are not found"
            )
        }
    }
}
