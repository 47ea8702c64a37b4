# SPDX-License-Identifier: Apache-2.0
"""The guards, each with the text that takes it out and the rows that must notice."""
from dataclasses import dataclass

SQLITE, POSTGRES = "sqlite", "postgres"


@dataclass
class Mutant:
    """`edits` are file, text as it is, and text without the guard; `says` is what the row's finding must match."""
    name: str
    guard: str
    edits: list
    rows: list
    says: str


MUTANTS = [
    Mutant(
        "answer-before-commit", "a caller is answered once its job is kept",
        [("Sources/Server/Jobs/StoreEntrance.swift",
          "        guard try await store.enqueue([job], durability: durability).isEmpty else {\n",
          "        let (store, clock, wake, durability) = (store, clock, onNew, durability)\n"
          "        Task {\n"
          "            try await clock.sleep(for: TimeSpan(milliseconds: 500))\n"
          "            _ = try await store.enqueue([job], durability: durability)\n"
          "            wake()\n"
          "        }\n"
          "        guard job.payload.isEmpty else {\n")],
        [("1", SQLITE), ("1", POSTGRES)], r"accepted jobs were lost"),
    Mutant(
        "key-ignored", "a key that was seen before brings no second job",
        [("Sources/Server/Jobs/JobRoutes.swift",
          "            idempotencyKey: key\n",
          "            idempotencyKey: nil\n")],
        [("2", SQLITE), ("2", POSTGRES)], r"jobs that nobody added"),
    Mutant(
        "not-synced", "what must survive a loss of power is synced",
        [("Sources/Storage/SQLite/GroupCommit.swift",
          'durability == .power ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL"',
          'durability == .power ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = NORMAL"')],
        [("3", SQLITE)], r"accepted jobs were lost"),
    Mutant(
        "death-untold", "the supervisor tells the server that its worker died",
        [("Sources/Jobs/Remote/WorkerSupervisor.swift",
          "            if let session { await onLoss(session) }\n",
          "            if let session, session.text.isEmpty { await onLoss(session) }\n")],
        [("4", SQLITE)], r"giving a dead worker's jobs to others"),
    Mutant(
        "leases-never-end", "the jobs of a silent worker go to others",
        [("Sources/Jobs/Fleet/FleetRoster+Silence.swift",
          "            actions.append(.leaseExpired(id))\n",
          "            actions.append(.becameSuspect(id))\n"),
         ("Sources/Jobs/Dispatch/Dispatcher+Loops.swift",
          "        try await endExpiredSessions(now: now)\n",
          "        if timing.look < .zero { try await endExpiredSessions(now: now) }\n")],
        [("4", SQLITE), ("5", SQLITE)], r"giving a (silent|stopped) worker's jobs to others"),
    Mutant(
        "no-fence", "a report counts only with the token of the lease",
        [("Sources/Jobs/Dispatch/Dispatcher.swift",
          "            holding.delivery.job.lease?.token == report.token\n",
          "            holding.delivery.job.lease?.token.isEmpty == false\n"),
         ("Sources/Storage/Jobs/JobTables+Leases.swift",
          "            DELETE FROM job_leases WHERE id = ? AND token = ?\n",
          "            DELETE FROM job_leases WHERE id = ? AND ? <> ''\n")],
        [("8", SQLITE)], r"a success under the token of before: got accepted|stale results were accepted"),
    Mutant(
        "store-without-fence", "the database itself refuses a token that is not the lease's",
        [("Sources/Storage/PostgreSQL/PostgresQueue+Reports.swift",
          "WHERE l.id = ANY($1::text[]) AND (l.id || ' ' || l.token) = ANY($5::text[])",
          "WHERE l.id = ANY($1::text[]) AND cardinality($5::text[]) > 0"),
         ("Sources/Storage/PostgreSQL/PostgresQueue+Reports.swift",
          "            RETURNING l.id, l.token, l.worker,",
          "            RETURNING l.id, ($2::text[])[array_position($1::text[], l.id)] AS token, l.worker,")],
        [("6", POSTGRES)], r"stale results were accepted|counted twice"),
    Mutant(
        "pause-held-against-workers", "a server that stood still does not take that for the workers' silence",
        [("Sources/Jobs/Fleet/FleetRoster+Silence.swift",
          "        forgivePause(now: now)\n",
          "        if timing.look < .zero { forgivePause(now: now) }\n")],
        [("6", SQLITE)], r"times a worker was taken for lost"),
    Mutant(
        "counted-again", "a report of what has ended counts no more",
        [("Sources/Jobs/Dispatch/Dispatcher.swift",
          "                counts.stale += 1\n                answers.append(.stale)\n",
          "                counts.accepted += 1\n                answers.append(.accepted)\n")],
        [("7", SQLITE)], r"counted twice"),
    Mutant(
        "redis-given-up", "a connection to Redis that broke is made anew",
        [("Sources/Messaging/Redis/RedisLink.swift",
          "                if Task.isCancelled { return }\n                logger.warning(\"a connection to Redis failed\"",
          "                if !Task.isCancelled { return }\n                logger.warning(\"a connection to Redis failed\"")],
        [("9", POSTGRES)], r"a trial after a fault of Redis|the campaign"),
    Mutant(
        "postgres-given-up", "a connection to PostgreSQL that broke is made anew",
        [("Sources/Storage/PostgreSQL/PostgresPool.swift",
          "            connection = nil\n            let pause = backoff.next()\n",
          "            let pause = backoff.next()\n"),
         ("Sources/Storage/PostgreSQL/PostgresPool.swift",
          "                    if current.isLost {\n                        connection = nil\n",
          "                    if current.isLost {\n")],
        [("10", POSTGRES)], r"was not accepted|accepting jobs again"),
    Mutant(
        "postgres-not-synced", "what must survive a loss of power is committed to PostgreSQL's disk",
        [("Sources/Storage/PostgreSQL/PostgresConnection.swift",
          'durability == .power ? safeCommit : "off"',
          'durability == .power ? "off" : "off"')],
        [("10", POSTGRES)], r"accepted jobs were lost"),
    Mutant(
        "commit-not-looked-up", "where the answer to a commit is lost, what became of it is looked up",
        [("Sources/Storage/PostgreSQL/PostgresStore+Jobs.swift",
          "        } catch StorageError.outcomeUnknown {\n            // Adding them again",
          "        } catch StorageError.closed {\n            // Adding them again")],
        [("11", POSTGRES)], r"calls were refused"),
    Mutant(
        "reads-not-repeated", "what was only read is read again when the end of it was not answered",
        [("Sources/Storage/PostgreSQL/PostgresPool+Transactions.swift",
          "                throw StorageError.unavailable(reason)\n            }\n        }\n    }\n\n    /// Writes in one",
          "                throw StorageError.outcomeUnknown(reason)\n            }\n        }\n    }\n\n    /// Writes in one")],
        [("11", POSTGRES)], r"calls were refused"),
    Mutant(
        "conflicts-not-retried", "a transaction that the database broke off is begun again",
        [("Sources/Storage/PostgreSQL/PostgresPool+Transactions.swift",
          '{ code == "40001" || code == "40P01" }',
          '{ code == "40001 and 40P01" }')],
        [("12", POSTGRES)], r"callers were told of a conflict"),
    Mutant(
        "one-fault-and-out", "the queue is worked on again after a fault of the store",
        [("Sources/dure/Serve/ServeProcess.swift",
          '                logger.error("The queue cannot be worked on; trying again.", metadata: ["error": "\\(error)"])\n',
          '                if !"\\(error)".isEmpty { throw error }\n')],
        [("14", SQLITE)], r"was not accepted|accepting jobs again|not within|not 200|ended"),
    Mutant(
        "busy-at-once", "a file that somebody else holds is waited for",
        [("Sources/Storage/SQLite/SQLiteStore.swift",
          "        configuration.busyMode = .timeout(5)\n",
          "        configuration.busyMode = .immediateError\n")],
        [("13", SQLITE)], r"refused although the file was held for a moment"),
    Mutant(
        "readyz-blind", "/readyz writes to the store",
        [("Sources/dure/House/DatabaseOptions.swift",
          '            _ = try await store.acquireLease("readyz", holder: "readyz", for: .seconds(10), now: clock.now)\n',
          "            _ = (store, clock)\n")],
        [("14", SQLITE), ("15", SQLITE)], r"/readyz with 503"),
    Mutant(
        "worker-goes-on", "a worker that cannot renew stops its work before its lease ends",
        [("Sources/Jobs/Remote/RemoteStay+Renewing.swift",
          "            guard rest > .zero else { return .fenced }\n            try await clock.sleep(for: rest)\n",
          "            try await clock.sleep(for: max(rest, .seconds(1)))\n")],
        [("16", SQLITE)], r"programs still ran"),
    Mutant(
        "impatient", "a call is given the time that a slow line needs",
        [("Sources/dure/Fleet/ServerOptions.swift",
          "    func clients(patience: TimeSpan = .seconds(10)) throws -> [APIClient] {\n",
          "    func clients(patience: TimeSpan = TimeSpan(milliseconds: 150)) throws -> [APIClient] {\n")],
        [("17", SQLITE)], r"calls of workers were given up|taken for lost"),
    Mutant(
        "wall-clock", "leases are measured by a clock that nobody sets",
        [("Sources/dure/House/SystemClock.swift",
          "        Self.started.wall + TimeSpan(Self.started.steady.duration(to: ContinuousClock.now))\n",
          "        now\n")],
        [("18", SQLITE)], r"because somebody set a clock"),
    Mutant(
        "beats-unheard", "beats renew a worker's lease",
        [("Sources/Jobs/Remote/DispatcherGate.swift",
          "        if renews { await dispatcher.beat(worker) }\n",
          "")],
        [("19", SQLITE)], r"slow jobs were given out again|in completed/dead: not within"),
    Mutant(
        "poison-lives", "a job that takes its workers with it is not tried a fourth time",
        [("Sources/Storage/Jobs/Job+Transitions.swift",
          "    static let lossesBeforeDeath = 3\n",
          "    static let lossesBeforeDeath = 3_000\n")],
        [("20", SQLITE)], r"in dead: not within"),
    Mutant(
        "never-timed-out", "a program that does not end is ended",
        [("Sources/Jobs/Programs/ProgramRun.swift", 
          "        var deadline: ContinuousClock.Instant? = start + command.timeout.duration\n",
          "        var deadline: ContinuousClock.Instant? = command.timeout < .zero ? start : nil\n")],
        [("20", SQLITE)], r"in dead: not within"),
    Mutant(
        "term-stands", "the term rises whenever an agent is in another process",
        [("Sources/Storage/Cluster/ClusterTables.swift",
          "THEN 0 ELSE 1 END",
          "THEN 0 ELSE 0 END")],
        [("A", POSTGRES)], r"two had one term"),
    Mutant(
        "agent-goes-on", "an agent whose lease is another's stops, and the store refuses what it writes",
        [("Sources/Agents/Host/AgentCandidate.swift",
          "            guard renewed.holder == holder, renewed.term == lease.term else { return }\n",
          "            guard renewed.term > 0 else { return }\n"),
         ("Sources/Agents/Host/AgentCandidate.swift",
          "        while !Task.isCancelled, clock.steady < end {\n",
          "        while !Task.isCancelled, clock.steady < end || end.milliseconds > 0 {\n"),
         ("Sources/Agents/Host/AgentCandidate.swift",
          "                try await clock.sleep(for: min(Self.renewal, end - clock.steady))\n",
          "                try await clock.sleep(for: Self.renewal)\n"),
         ("Sources/Storage/Cluster/ClusterTables.swift",
          "        guard newest == fence.term else {",
          "        guard newest >= fence.term else {")],
        [("A", POSTGRES)], r"processes are the campaign agent|two had one term"),
]
