// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging

/// A worker that gets its jobs from a server: registers, polls, runs, beats and reports, until it is drained or told to restart.
///
/// A session that cannot be renewed ends here before it ends there: at two seconds before the end of its lease, by a clock that nobody
/// sets, every handler is stopped and what they did is dropped. What was done in one session is never reported in another.
package struct RemoteWorker: Sendable {
    /// What differs between workers.
    package struct Setting: Sendable {
        /// The worker's name; its key's when nil.
        package var name: String?
        package var slots: Int
        package var software: String
        /// How long running jobs may go on once the worker is drained.
        package var drainBound: TimeSpan

        /// Creates a setting.
        package init(name: String? = nil, slots: Int, software: String, drainBound: TimeSpan = .seconds(30)) {
            self.name = name
            self.slots = max(slots, 1)
            self.software = software
            self.drainBound = drainBound
        }
    }

    /// Why a worker ended.
    package enum Ending: Hashable, Sendable {
        case drained
        /// The fleet wants it to start anew.
        case restart
    }

    private let connection: any FleetConnection
    private let handlers: [JobKind: any JobHandler]
    private let clock: any TimeSource
    private let setting: Setting
    private let seed: UInt64
    private let logger: Logger
    private let onSession: @Sendable (SessionID?) -> Void
    private let stop = Latch()

    /// Creates a worker.
    ///
    /// - Parameters:
    ///   - connection: The way to the server.
    ///   - handlers: What runs the jobs; of two for one kind the first counts.
    ///   - clock: Its steady time measures the lease.
    ///   - setting: What differs between workers.
    ///   - seed: Chooses the jitter of waits.
    ///   - logger: Hears what happens.
    ///   - onSession: Hears every session that begins, and nil when it is over.
    package init(
        connection: any FleetConnection,
        handlers: [any JobHandler],
        clock: any TimeSource,
        setting: Setting,
        seed: UInt64,
        logger: Logger,
        onSession: @escaping @Sendable (SessionID?) -> Void = { _ in }
    ) {
        self.connection = connection
        self.clock = clock
        self.setting = setting
        self.seed = seed
        self.logger = logger
        self.onSession = onSession
        var table: [JobKind: any JobHandler] = [:]
        for handler in handlers {
            for kind in handler.kinds where table[kind] == nil { table[kind] = handler }
        }
        self.handlers = table
    }

    /// Takes no more jobs, finishes those that run, and ends; may be called from anywhere, and returns at once.
    package func drain() {
        stop.open()
    }

    /// Works until it is drained or told to restart.
    ///
    /// Throws `FleetCallError.notAllowed` when the server does not take the key, and `CancellationError`: then every handler has ended
    /// and nothing of it was reported.
    package func run() async throws -> Ending {
        var backoff = Backoff(seed: seed)
        var round: UInt64 = 0
        while true {
            guard let registered = try await register(&backoff) else { return .drained }
            round += 1
            onSession(registered.session)
            let stay = RemoteStay(
                registered: registered,
                connection: connection,
                handlers: handlers,
                clock: clock,
                setting: setting,
                seed: SplitMix64.seed(seed, String(round)),
                stop: stop,
                logger: logger
            )
            let ending = try await stay.run()
            onSession(nil)
            switch ending {
            case .drained:
                await leave(registered.session)
                return .drained
            case .restart:
                await leave(registered.session)
                return .restart
            case .over:
                logger.warning(
                    "The session is over; what ran was stopped.",
                    metadata: ["session": "\(registered.session)"]
                )
            case .fenced:
                logger.error(
                    "The lease could not be renewed in time; what ran was stopped.",
                    metadata: ["session": "\(registered.session)"]
                )
            }
        }
    }

    /// Opens a session, however long that takes; nil when the worker is drained before.
    private func register(_ backoff: inout Backoff) async throws -> FleetWire.Registered? {
        let request = FleetWire.Register(
            name: setting.name,
            slots: setting.slots,
            kinds: handlers.keys.map(\.rawValue).sorted(),
            software: setting.software
        )
        while !stop.isOpen {
            let sentAt = clock.steady
            do {
                var registered = try await connection.register(request)
                // The lease began before the answer was here.
                registered.lease -= (clock.steady - sentAt).milliseconds
                backoff.reset()
                logger.info(
                    "Registered.",
                    metadata: ["worker": "\(registered.name)", "session": "\(registered.session)"]
                )
                return registered
            } catch let error as FleetCallError {
                if case .notAllowed = error { throw error }
                logger.warning("The server did not take the worker in.", metadata: ["error": "\(error)"])
                try await pause(backoff.next(after: error))
            }
        }
        return nil
    }

    /// Waits, but not when the worker is drained.
    private func pause(_ span: TimeSpan) async throws {
        let (clock, stop) = (clock, stop)
        try await race({ try await clock.sleep(for: span) }, { try await stop.wait() })
    }

    private func leave(_ session: SessionID) async {
        do {
            try await connection.leave(FleetWire.Leave(session: session))
        } catch {
            logger.info("The server did not hear that the worker left.", metadata: ["error": "\(error)"])
        }
    }
}
