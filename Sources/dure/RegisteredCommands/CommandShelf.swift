// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Operations
import Server

/// The programs that an administrator registered on the machine, by name: all that goals from outside may run.
///
/// They lie in the vault, so that who can write to the database but does not have the master key cannot have another program run.
struct CommandShelf: CommandDirectory {
    /// The kind of secret that they are.
    static let kind = "command"
    /// The most characters of a name.
    static let longestName = 63

    /// Nil where there is no master key; then nothing can be registered.
    let vault: SecretVault?

    /// Whether a text can be a command's name: lower-case letters, digits, `-` and `_`, a letter or digit first.
    static func isName(_ text: String) -> Bool {
        func isPlain(_ letter: Character) -> Bool { ("a"..."z").contains(letter) || ("0"..."9").contains(letter) }
        guard let first = text.first, isPlain(first), text.count <= longestName else { return false }
        return text.allSatisfy { isPlain($0) || $0 == "-" || $0 == "_" }
    }

    /// A workspace's commands by name.
    func commands(in workspace: WorkspaceID) async throws -> [String: Command] {
        guard let vault else { return [:] }
        let found = try await vault.all(kind: Self.kind, in: workspace)
        return Dictionary(
            uniqueKeysWithValues: try found.map {
                ($0.name, try CanonicalJSON.decode(Command.self, from: Data($0.plain)))
            }
        )
    }

    func commands(in workspace: WorkspaceID, paging: Paging) async throws -> Page<RegisteredCommandView> {
        let found = try await vault?.all(kind: Self.kind, in: workspace) ?? []
        return try await paging.page(of: found.sorted { $0.name < $1.name }, key: \.name) { one in
            let command = try CanonicalJSON.decode(Command.self, from: Data(one.plain))
            return RegisteredCommandView(
                name: one.name,
                timeout: command.timeout.description,
                registeredAt: one.updatedAt.description
            )
        }
    }

    /// Registers a command, in the place of one of its name.
    func register(_ command: Command, as name: String, in workspace: WorkspaceID) async throws {
        try await vault?.put(Array(try CanonicalJSON.encode(command)), name, kind: Self.kind, in: workspace)
    }
}
