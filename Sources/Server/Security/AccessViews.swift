// SPDX-License-Identifier: Apache-2.0

import Domain
import Operations

/// What `POST /api/v1/session` takes.
struct SignIn: Decodable, Described {
    var code: String

    static var schema: Schema {
        .named("SignIn", .request([.required("code", .string(most: 200), "The part of the link after #.")]))
    }
}

/// Who asks.
struct Who: Encodable, Described {
    var name: String
    var role: Role
    var workspace: String
    var credential: Caller.Credential
    /// What a page of a session sends along as `X-CSRF-Token`.
    var formToken: String?

    private enum CodingKeys: String, CodingKey {
        case name
        case role
        case workspace
        case credential
        case formToken = "csrf_token"
    }

    init(_ caller: Caller, cookie: String?) {
        name = caller.name
        role = caller.role
        workspace = caller.workspace.name
        credential = caller.credential
        formToken = caller.credential == .session ? cookie.map(SessionKeeper.formToken) : nil
    }

    static var schema: Schema {
        .named(
            "Who",
            .answer([
                .required("name", .string()), .required("role", .word(Role.self)), .required("workspace", .string()),
                .required("credential", .word(Caller.Credential.self)),
                .optional("csrf_token", .string(), "What a page sends as X-CSRF-Token with what it changes."),
            ])
        )
    }
}

/// What a new sign-in link is for.
struct NewLink: Decodable, Described {
    var name: String
    var role: Role

    static var schema: Schema {
        .named(
            "NewLink",
            .request([
                .required("name", .string(least: 1, most: 63), "Whom the audit log names."),
                .required("role", .word(["viewer", "operator", "admin"])),
            ])
        )
    }
}

/// How a key is rotated.
struct KeyRotation: Decodable, Described {
    /// How long the former secret is good; a day when it is left out.
    var graceSeconds: Int?

    private enum CodingKeys: String, CodingKey {
        case graceSeconds = "grace_seconds"
    }

    static var schema: Schema {
        .named(
            "KeyRotation",
            .request([
                .optional(
                    "grace_seconds",
                    .integer(least: 0, most: 2_592_000),
                    "How long the former secret is good; a day when it is left out, and 0 where it was stolen."
                )
            ])
        )
    }
}

/// A sign-in link, for this once.
struct MadeLink: Encodable, Described {
    var code: String
    var path: String
    var expiresAt: String

    private enum CodingKeys: String, CodingKey {
        case code
        case path
        case expiresAt = "expires_at"
    }

    static var schema: Schema {
        .named(
            "MadeLink",
            .answer([
                .required("code", .string()), .required("path", .string(), "To be put behind the server's address."),
                .required("expires_at", .string()),
            ])
        )
    }
}

/// A short-lived token.
struct MadeToken: Encodable, Described {
    var token: String
    var expiresAt: String

    private enum CodingKeys: String, CodingKey {
        case token
        case expiresAt = "expires_at"
    }

    static var schema: Schema {
        .named("MadeToken", .answer([.required("token", .string()), .required("expires_at", .string())]))
    }
}

/// A session as administrators see it.
struct SessionItem: Encodable, Described {
    var id: String
    var name: String
    var role: Role
    var address: String
    var createdAt: String
    var lastSeenAt: String
    var expiresAt: String

    private enum CodingKeys: String, CodingKey {
        case id
        case name
        case role
        case address
        case createdAt = "created_at"
        case lastSeenAt = "last_seen_at"
        case expiresAt = "expires_at"
    }

    init(_ session: AccessSession) {
        id = session.id
        name = session.name
        role = session.role
        address = session.address
        createdAt = session.createdAt.description
        lastSeenAt = session.lastSeenAt.description
        expiresAt = session.expiresAt.description
    }

    static var schema: Schema {
        .named(
            "Session",
            .answer([
                .required("id", .string()), .required("name", .string()), .required("role", .word(Role.self)),
                .required("address", .string()), .required("created_at", .string()),
                .required("last_seen_at", .string()), .required("expires_at", .string()),
            ])
        )
    }
}

/// Who is signed in.
struct SessionList: Encodable, Described {
    var items: [SessionItem]

    static var schema: Schema { .answer([.required("items", .list(SessionItem.schema))]) }
}

/// An entry of the audit log.
struct AuditItem: Encodable, Described {
    var number: Int
    var time: String
    var actor: String
    var action: String
    var subject: String
    var detail: String
    var address: String
    var hash: String

    init(_ entry: AuditEntry) {
        number = entry.sequence
        time = entry.time.description
        actor = entry.actor
        action = entry.action
        subject = entry.subject
        detail = entry.detail
        address = entry.address
        hash = entry.hash
    }

    static var schema: Schema {
        .named(
            "AuditEntry",
            .answer([
                .required("number", .integer), .required("time", .string()), .required("actor", .string()),
                .required("action", .string()), .required("subject", .string()), .required("detail", .string()),
                .required("address", .string()), .required("hash", .string()),
            ])
        )
    }
}

/// A piece of the audit log.
struct AuditPage: Encodable, Described {
    var items: [AuditItem]
    /// What to give as `cursor` for the next page; nil when this is the last.
    var nextCursor: String?

    private enum CodingKeys: String, CodingKey {
        case items
        case nextCursor = "next_cursor"
    }

    static var schema: Schema {
        .answer([
            .required("items", .list(AuditItem.schema)),
            .optional("next_cursor", .string(), "What to give as cursor for the next page; absent on the last."),
        ])
    }
}

/// A key as its workspace's administrators see it.
struct AccessKeyItem: Encodable, Described {
    var id: String
    var name: String
    var role: Role
    var scopes: [WorkerKey.Scope]
    var createdAt: String
    var expiresAt: String?
    var revokedAt: String?
    var rotatedAt: String?
    var lastUsedAt: String?

    private enum CodingKeys: String, CodingKey {
        case id
        case name
        case role
        case scopes
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case revokedAt = "revoked_at"
        case rotatedAt = "rotated_at"
        case lastUsedAt = "last_used_at"
    }

    init(_ key: WorkerKey) {
        id = key.id
        name = key.name
        role = key.role
        scopes = key.scopes.sorted { $0.rawValue < $1.rawValue }
        createdAt = key.createdAt.description
        expiresAt = key.expiresAt?.description
        revokedAt = key.revokedAt?.description
        rotatedAt = key.rotatedAt?.description
        lastUsedAt = key.lastUsedAt?.description
    }

    static var schema: Schema {
        .named(
            "AccessKey",
            .answer([
                .required("id", .string()), .required("name", .string()), .required("role", .word(Role.self)),
                .required("scopes", .list(.word(WorkerKey.Scope.self))), .required("created_at", .string()),
                .optional("expires_at", .string()), .optional("revoked_at", .string()),
                .optional("rotated_at", .string()), .optional("last_used_at", .string()),
            ])
        )
    }
}

/// A workspace's keys.
struct AccessKeyList: Encodable, Described {
    var items: [AccessKeyItem]

    static var schema: Schema { .answer([.required("items", .list(AccessKeyItem.schema))]) }
}

/// What a new key is for.
struct NewAccessKey: Decodable, Described {
    var name: String
    var role: Role
    var days: Int?

    static var schema: Schema {
        .named(
            "NewAccessKey",
            .request([
                .required("name", .string(least: 1, most: 63), KeyName.rule),
                .required("role", .word(Role.self)),
                .optional("days", .integer(least: 1, most: 3_650), "Until it ends; never where left out."),
            ])
        )
    }
}

/// A key, for this once.
struct MadeAccessKey: Encodable, Described {
    var key: String
    var record: AccessKeyItem

    static var schema: Schema {
        .named(
            "MadeAccessKey",
            .answer([
                .required("key", .string(), "The key itself, for this once."),
                .required("record", AccessKeyItem.schema),
            ])
        )
    }
}

/// How the server is, and how it was.
struct HealthView: Encodable, Described {
    struct Finding: Encodable {
        var check: String
        var level: HealthLevel
        var detail: String
        var share: Double?
        var since: String
    }

    struct Change: Encodable {
        var time: String
        var process: String
        var check: String
        var before: HealthLevel
        var level: HealthLevel
        var detail: String
        var action: String?
    }

    var level: HealthLevel
    var process: String
    var lookedAt: String?
    var findings: [Finding]
    var history: [Change]

    private enum CodingKeys: String, CodingKey {
        case level
        case process
        case lookedAt = "looked_at"
        case findings
        case history
    }

    init(_ report: HealthReport, history: [HealthRecord]) {
        level = report.level
        process = report.process
        lookedAt = report.time?.description
        findings = report.findings.map { finding in
            Finding(
                check: finding.check,
                level: finding.level,
                detail: finding.detail,
                share: finding.share,
                since: finding.since.description
            )
        }
        self.history = history.map { record in
            Change(
                time: record.time.description,
                process: record.process,
                check: record.check,
                before: record.before,
                level: record.level,
                detail: record.detail,
                action: record.action
            )
        }
    }

    static var schema: Schema {
        let level = Schema.word(HealthLevel.self)
        return .named(
            "Health",
            .answer([
                .required("level", level), .required("process", .string()), .optional("looked_at", .string()),
                .required(
                    "findings",
                    .list(
                        .answer([
                            .required("check", .string()), .required("level", level), .required("detail", .string()),
                            .optional("share", .number(least: 0, most: 1)), .required("since", .string()),
                        ])
                    )
                ),
                .required(
                    "history",
                    .list(
                        .answer([
                            .required("time", .string()), .required("process", .string()),
                            .required("check", .string()), .required("before", level), .required("level", level),
                            .required("detail", .string()), .optional("action", .string()),
                        ])
                    )
                ),
            ])
        )
    }
}
