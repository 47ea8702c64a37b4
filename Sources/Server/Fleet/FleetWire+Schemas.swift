// SPDX-License-Identifier: Apache-2.0

import Domain
package import Jobs

// The shapes of the fleet's bodies. Objects of workers are open: an older server passes over what a newer worker tells.

extension FleetWire.Register: Described {
    package static var schema: Schema {
        .named(
            "Register",
            .answer([
                .optional("name", .string(most: 127)), .required("slots", .integer(least: 1, most: 1_000)),
                .required("kinds", .list(.string())), .optional("software", .string()),
                .optional("resume", FleetWire.Resume.schema, "What it goes on with that comes from another server."),
            ])
        )
    }
}

extension FleetWire.Resume: Described {
    package static var schema: Schema {
        .named(
            "Resume",
            .answer([
                .required("session", .identifier(WorkerSession.self)),
                .required(
                    "jobs",
                    .array(
                        .answer([.required("id", .identifier(Job.self)), .required("token", .string())]),
                        most: 1_000
                    )
                ),
            ])
        )
    }
}

extension FleetWire.Registered: Described {
    package static var schema: Schema {
        .named(
            "Registered",
            .answer([
                .required("worker", .identifier(Worker.self)), .required("name", .string()),
                .required("role", .word(WorkerRole.self)), .required("session", .identifier(WorkerSession.self)),
                .required("lease", .count, "Milliseconds."), .required("beat", .count), .required("poll", .count),
                .optional("effects", .boolean, "Whether the server keeps the ledger of effects for its workers."),
                .optional("kept", .list(.identifier(Job.self)), "What a worker which resumed goes on with."),
            ])
        )
    }
}

extension FleetWire.Poll: Described {
    package static var schema: Schema {
        .named(
            "Poll",
            .answer([
                .required("session", .identifier(WorkerSession.self)),
                .required("slots", .integer(least: 1, most: 1_000)), .required("after", .count),
                .optional("wait", .count, "Milliseconds; as long as the server likes where left out."),
            ])
        )
    }
}

extension FleetWire.Batch: Described {
    package static var schema: Schema {
        .named(
            "Batch",
            .answer([
                .required("batch", .count),
                .required(
                    "jobs",
                    .list(
                        .named(
                            "LeasedJob",
                            .answer([
                                .required("id", .identifier(Job.self)), .required("kind", .string()),
                                .required("workspace", .string()),
                                .optional("campaign", .identifier(Campaign.self)),
                                .required("attempt", .integer(least: 1, most: nil)), .required("token", .string()),
                                .required("payload", .anything),
                            ])
                        )
                    )
                ),
            ])
        )
    }
}

extension FleetWire.Beat: Described {
    package static var schema: Schema {
        .named(
            "Beat",
            .answer([
                .required("session", .identifier(WorkerSession.self)),
                .required(
                    "jobs",
                    .list(.answer([.required("id", .identifier(Job.self)), .optional("progress", .share)]))
                ),
                .optional("unanswered", .boolean, "Whether the answer to the beat before has not come."),
            ])
        )
    }
}

extension FleetWire.Orders: Described {
    package static var schema: Schema {
        .named(
            "Orders",
            .answer([
                .required("cancel", .list(.identifier(Job.self))), .required("drain", .boolean),
                .required("restart", .boolean), .required("lease", .count),
                .optional(
                    "group",
                    .answer([
                        .required("group", .count), .required("leads", .boolean), .required("term", .count),
                        .required("isResting", .boolean),
                    ])
                ),
            ])
        )
    }
}

extension FleetWire.Failed: Described {
    package static var schema: Schema {
        .named(
            "Failure",
            .answer([
                .required("class", .word(Failure.Class.self)), .required("message", .string()),
                .optional("lastLines", .array(.string(), most: 100)),
            ])
        )
    }
}

extension FleetWire.Complete: Described {
    package static var schema: Schema {
        .named(
            "Complete",
            .answer([
                .required("session", .identifier(WorkerSession.self)),
                .required(
                    "reports",
                    .array(
                        .named(
                            "Report",
                            .answer([
                                .required("job", .identifier(Job.self)), .required("token", .string()),
                                .optional("result", .anything, "Either this or a failure."),
                                .optional("failure", FleetWire.Failed.schema),
                            ])
                        ),
                        most: 1_000
                    )
                ),
            ])
        )
    }
}

extension FleetWire.Receipts: Described {
    package static var schema: Schema {
        .named(
            "Receipts",
            .answer([
                .required(
                    "receipts",
                    .list(
                        .answer([
                            .required("job", .identifier(Job.self)),
                            .required("status", .word(["accepted", "retrying", "dead", "stale"])),
                        ])
                    )
                )
            ])
        )
    }
}

extension FleetWire.Leave: Described {
    package static var schema: Schema {
        .named(
            "Leave",
            .answer([
                .required("session", .identifier(WorkerSession.self)),
                .optional("end", .word(["handedBack", "lost"])),
            ])
        )
    }
}

extension FleetWire.BeginEffect: Described {
    package static var schema: Schema {
        .named(
            "BeginEffect",
            .answer([
                .required("session", .identifier(WorkerSession.self)), .required("job", .identifier(Job.self)),
                .required("token", .string()),
                .required("key", .string(least: 1, most: 200), "Has the job's identifier or its token in it."),
                .required("kind", .string(least: 1, most: 200)),
                .required("intent", .string(), "What shall be done, as JSON in a text."),
                .optional("repeatable", .boolean),
            ])
        )
    }
}

extension FleetWire.EffectAnswer: Described {
    package static var schema: Schema {
        .named(
            "EffectAnswer",
            .answer([
                .required("admission", .word(["granted", "known", "otherIntent", "stale"])),
                .optional(
                    "effect",
                    .answer([
                        .required("state", .word(["intended", "done", "failed", "unclear", "superseded"])),
                        .required("intent", .string()), .optional("response", .string()),
                    ])
                ),
            ])
        )
    }
}

extension FleetWire.SettleEffect: Described {
    package static var schema: Schema {
        .named(
            "SettleEffect",
            .answer([
                .required("session", .identifier(WorkerSession.self)), .required("key", .string()),
                .required("token", .string(), "The token under which it was begun."),
                .required("state", .word(["done", "failed", "unclear"])), .optional("response", .string()),
            ])
        )
    }
}

extension MaintenanceWish: Described {
    package static var schema: Schema {
        .named(
            "NewMaintenance",
            .request([
                .required("target", .string(), "groups, group/NUMBER or worker/NAME."),
                .optional("cron", .string(), "Five fields; at once and once where left out."),
                .optional("timeZone", .string()),
                .required("length", .integer(least: 1_000, most: 86_400_000), "Milliseconds."),
                .optional("patience", .integer(least: 0, most: 86_400_000)), .optional("restarts", .boolean),
                .optional("together", .boolean),
            ])
        )
    }
}

extension MaintenanceList.Plan: Described {
    package static var schema: Schema {
        .named(
            "MaintenancePlan",
            .answer([
                .required("target", .string()), .optional("cron", .string()), .required("timeZone", .string()),
                .required("length", .count), .required("patience", .count), .required("restarts", .boolean),
                .required("together", .boolean), .required("nextAt", .time),
            ])
        )
    }
}

extension MaintenanceList: Described {
    package static var schema: Schema {
        .named(
            "Maintenance",
            .answer([
                .required("plans", .list(Plan.schema)),
                .required(
                    "windows",
                    .list(
                        .answer([
                            .required("target", .string()),
                            .required("phase", .word(["waiting", "gathering", "open"])),
                            .required("since", .time), .optional("endsAt", .time),
                        ])
                    )
                ),
            ])
        )
    }
}

extension WorkerView: Described {
    package static var schema: Schema {
        .named(
            "FleetWorker",
            .answer([
                .required("id", .identifier(Worker.self)), .required("name", .string()),
                .required("role", .word(WorkerRole.self)), .required("state", .word(WorkerState.self)),
                .optional("group", .count), .required("isLeader", .boolean), .optional("leaderTerm", .count),
                .optional("isResting", .boolean), .required("slots", .count), .required("inFlight", .count),
                .required("successRate", .number), .required("restarts", .count), .required("completed", .count),
                .required("failed", .count), .required("registeredAt", .time), .required("lastBeatAt", .time),
            ])
        )
    }
}

extension WorkerList: Described {
    package static var schema: Schema {
        .named("FleetWorkers", .answer([.required("workers", .list(WorkerView.schema))]))
    }
}

extension KeyView: Described {
    package static var schema: Schema {
        .named(
            "Key",
            .answer([
                .required("id", .string()), .required("name", .string()),
                .optional("role", .word(Role.self)), .optional("workspace", .string()),
                .required("scopes", .list(.word(WorkerKey.Scope.self))), .required("createdAt", .time),
                .optional("expiresAt", .time), .optional("revokedAt", .time), .optional("lastUsedAt", .time),
            ])
        )
    }
}

extension KeyList: Described {
    package static var schema: Schema {
        .named("Keys", .answer([.required("keys", .list(KeyView.schema))]))
    }
}

extension JobView: Described {
    package static var schema: Schema {
        .named(
            "Job",
            .answer([
                .required("id", .identifier(Job.self)), .required("kind", .string()),
                .required("state", .word(JobState.self)), .required("priority", .string()),
                .required("attempt", .count), .required("maxAttempts", .count), .required("createdAt", .time),
                .required("runAt", .time), .optional("endedAt", .time), .optional("worker", .identifier(Worker.self)),
                .required("payload", .anything), .optional("result", .anything),
                .optional("failure", FleetWire.Failed.schema),
            ])
        )
    }
}
