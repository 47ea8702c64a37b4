// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Operations
import Storage

/// `dure secrets`: what the database holds encrypted.
struct SecretsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets",
        abstract: "Keep secrets encrypted in the database, and change the keys that encrypt them.",
        discussion: """
            Secrets are encrypted under data keys (AES-256-GCM), and those under the master key, which is in no database: the variable \
            DURE_SECURITY_MASTER_KEY, a file that DURE_SECURITY_MASTER_KEY_FILE names, or, for a folder's database, the file master.key in the \
            folder, which is made when it is first needed. To change it, put a new one on the first line, the former below, and run \
            'dure secrets rekey'; then the former may go.
            """,
        subcommands: [
            SecretsNewKeyCommand.self, SecretsSetCommand.self, SecretsListCommand.self, SecretsRemoveCommand.self,
            SecretsRekeyCommand.self,
        ]
    )
}

/// Finds the master key of a process.
enum MasterKeyPlace {
    /// The file in a data folder.
    static let fileName = "master.key"

    /// Reads the keys.
    ///
    /// They are those of the settings; else, for a folder's database, those of the folder's file, which is made where `makes` says so. Nil where
    /// there are none.
    static func keys(setting: String?, folder: URL?, makes: Bool) throws -> MasterKeys? {
        if let setting { return try read(setting, "security.master_key") }
        guard let folder else { return nil }
        let path = folder.appending(path: fileName).path
        if !FileManager.default.fileExists(atPath: path) {
            guard makes else { return nil }
            // Two processes that begin at once must not each make one: the second finds the first's.
            let text = MasterKey.newText() + "\n"
            let descriptor = unsafe open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600)
            if descriptor >= 0 {
                let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
                try file.write(contentsOf: Data(text.utf8))
                try file.synchronize()
            }
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ExitCode.noInput.saying("\(path): the master key cannot be read")
        }
        return try read(String(decoding: data, as: UTF8.self), path)
    }

    /// The vault of a database that processes share; nil where the settings name no master key.
    static func vault(_ opened: OpenDatabase, _ settings: Settings, clock: any TimeSource) throws -> SecretVault? {
        try keys(setting: settings.text("security.master_key"), folder: nil, makes: false).map {
            SecretVault(store: opened.store, masters: $0, clock: clock)
        }
    }

    private static func read(_ text: String, _ source: String) throws -> MasterKeys {
        do throws(MasterKeys.Fault) {
            return try MasterKeys(text)
        } catch {
            throw ExitCode.dataError.saying("\(source): \(error)")
        }
    }
}

/// Which database holds the secrets, and which key opens them.
struct VaultPlace: ParsableArguments {
    @OptionGroup var place: DataPlace
    @OptionGroup var options: SettingsOptions

    /// Works on the vault.
    func using<Value>(_ body: (SecretVault, any Store) async throws -> Value) async throws -> Value {
        let settings = try await SettingsOptions.read(try options.source())
        let isFolder = place.address() == nil
        if isFolder { try place.folder.create() }
        let keys = try MasterKeyPlace.keys(
            setting: settings.text("security.master_key"),
            folder: isFolder ? place.folder.url : nil,
            makes: true
        )
        guard let keys else {
            throw ExitCode.usage.saying(
                "there is no master key: set DURE_SECURITY_MASTER_KEY_FILE to a file with what 'dure secrets new-key' prints"
            )
        }
        return try await place.writing { store in
            do {
                return try await body(SecretVault(store: store, masters: keys, clock: SystemClock()), store)
            } catch let fault as SecretVault.Fault {
                throw ExitCode.dataError.saying("\(fault)")
            }
        }
    }
}

/// `dure secrets new-key`: a master key.
struct SecretsNewKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new-key",
        abstract: "Print a new master key; keep it apart from the database and its copies."
    )

    func run() throws {
        try Console.line(MasterKey.newText())
    }
}

/// `dure secrets set`: writes one, read from standard input.
struct SecretsSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Keep a secret that is read from standard input.",
        discussion: """
            Example: dure secrets set environment DURE_SLACK_WEBHOOK_URL < address.txt. 'dure serve' takes it, from its next start on, where \
            its own environment does not say otherwise.
            """
    )

    @Argument(help: "What it is: environment.")
    var kind: String

    @Argument(help: "Its name: the variable for which it stands in.")
    var name: String

    @OptionGroup var vault: VaultPlace

    func validate() throws {
        guard kind == HouseEnvironment.kind, HouseEnvironment.names.contains(name) else {
            throw ValidationError(
                "there is no use for '\(kind) \(name)'; give 'environment' and one of "
                    + HouseEnvironment.names.sorted().joined(separator: ", ")
            )
        }
    }

    func run() async throws {
        let data = try FileHandle.standardInput.readToEnd() ?? Data()
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty, text.utf8.count <= 65_536 else {
            throw ExitCode.dataError.saying("standard input has \(data.count) bytes; give a secret of 1 to 65536")
        }
        try await vault.using { secrets, store in
            try await secrets.put(Array(text.utf8), name, kind: kind, in: .default)
            try await CommandAudit.note(store, "secret.set", "\(kind)/\(name)", in: .default)
        }
    }
}

/// `dure secrets list`: names, never what they hold.
struct SecretsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the secrets' names.")

    @OptionGroup var workspace: WorkspaceOption
    @OptionGroup var place: DataPlace

    func run() async throws {
        let secrets = try await place.reading { try await $0.secrets(kind: nil, in: workspace.id) }
        guard !secrets.isEmpty else { return try Console.line("There is no secret.") }
        let rows = secrets.map { [$0.kind, $0.name, $0.updatedAt.description, $0.keyID] }
        try Console.line(TextTable.lines([["kind", "name", "written", "data key"]] + rows).joined(separator: "\n"))
    }
}

/// `dure secrets remove`: forgets one.
struct SecretsRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Forget a secret.")

    @Argument(help: "What it is.")
    var kind: String

    @Argument(help: "Its name.")
    var name: String

    @OptionGroup var workspace: WorkspaceOption
    @OptionGroup var place: DataPlace

    func run() async throws {
        let isThere = try await place.writing { store in
            let isThere = try await store.removeSecret(name, kind: kind, in: workspace.id)
            if isThere { try await CommandAudit.note(store, "secret.remove", "\(kind)/\(name)", in: workspace.id) }
            return isThere
        }
        guard isThere else {
            throw ExitCode.dataError.saying("there is no secret '\(kind)/\(name)'; 'dure secrets list' shows them")
        }
    }
}

/// `dure secrets rekey`: wraps data keys under the current master key.
struct SecretsRekeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rekey",
        abstract: "Encrypt all data keys under the master key on the first line.",
        discussion:
            "May be stopped at any time and run again. Afterwards the former master keys may be taken out of the file."
    )

    @OptionGroup var vault: VaultPlace

    func run() async throws {
        let (outcome, id) = try await vault.using { secrets, store in
            let outcome = try await secrets.rekey()
            let id = secrets.masterID
            try await CommandAudit.note(
                store,
                "secret.rekey",
                id,
                detail: "\(outcome.rewrapped) data keys",
                in: .default
            )
            return (outcome, id)
        }
        try Console.line(
            "\(outcome.rewrapped) data keys are now under \(id); \(outcome.current) were already."
        )
    }
}

/// Token keys in the vault.
struct HouseTokenShelf: TokenKeyShelf {
    /// The kind of secret that they are.
    static let kind = "token-key"

    let vault: SecretVault

    func tokenKeys() async throws -> [(id: String, bytes: [UInt8], madeAt: Timestamp)] {
        try await vault.all(kind: Self.kind, in: .default).map { ($0.name, $0.plain, $0.updatedAt) }
    }

    func add(tokenKey bytes: [UInt8], id: String) async throws {
        try await vault.put(bytes, id, kind: Self.kind, in: .default)
    }

    func remove(tokenKey id: String) async throws {
        _ = try await vault.remove(id, kind: Self.kind, in: .default)
    }
}
