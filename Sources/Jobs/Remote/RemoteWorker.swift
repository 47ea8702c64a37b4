// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging

/// A worker that gets its jobs from a server: registers, polls, runs, beats and reports, until it is drained or told to restart.
///
/// A session that cannot be renewed ends here before it ends there: at two seconds before the end of its lease, by a clock that nobody
/// sets, every handler is stopped and what they did is dropped. Where there are several servers, a worker whose server does not answer, or
/// is about to stop, goes on with its jobs at another one. What was done in one session is reported in another only where that server
/// said that it goes on.
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

    private let connections: [any FleetConnection]
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
    ///   - connections: The ways to the servers of one fleet, in the order in which they are tried.
    ///   - handlers: What runs the jobs; of two for one kind the first counts.
    ///   - clock: Its steady time measures the lease.
    ///   - setting: What differs between workers.
    ///   - seed: Chooses the jitter of waits.
    ///   - logger: Hears what happens.
    ///   - onSession: Hears every session that begins, and nil when it is over.
    package init(
        connections: [any FleetConnection],
        handlers: [any JobHandler],
        clock: any TimeSource,
        setting: Setting,
        seed: UInt64,
        logger: Logger,
        onSession: @escaping @Sendable (SessionID?) -> Void = { _ in }
    ) {
        self.connections = connections
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
        var place = 0
        while true {
            guard let registered = try await register(&backoff, from: &place) else { return .drained }
            round += 1
            onSession(registered.session)
            let stay = RemoteStay(
                registered: registered,
                application: application,
                connections: connections,
                place: place,
                handlers: handlers,
                clock: clock,
                setting: setting,
                seed: SplitMix64.seed(seed, String(round)),
                stop: stop,
                logger: logger,
                onSession: onSession
            )
            let ending = try await stay.run()
            onSession(nil)
            place = stay.place
            let session = Logger.MetadataValue.string(stay.session.text)
            switch ending {
            case .drained:
                await leave(stay.session, place)
                return .drained
            case .restart:
                await leave(stay.session, place)
                return .restart
            case .over:
                logger.warning("The session is over; what ran was stopped.", metadata: ["session": session])
            case .fenced:
                logger.error(
                    "The lease could not be renewed in time; what ran was stopped.",
                    metadata: ["session": session]
                )
                // Whoever did not answer for so long is asked last.
                place = (place + 1) % max(connections.count, 1)
            }
        }
    }

    private var application: FleetWire.Register {
        FleetWire.Register(
            name: setting.name,
            slots: setting.slots,
            kinds: handlers.keys.map(\.rawValue).sorted(),
            software: setting.software
        )
    }

    /// Opens a session, however long that takes, at the first server that lets it in, and leaves its place; nil when the worker is drained
    /// before.
    private func register(_ backoff: inout Backoff, from place: inout Int) async throws -> FleetWire.Registered? {
        var refusals = 0
        while !stop.isOpen {
            let sentAt = clock.steady
            do {
                var registered = try await connections[place].register(application)
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
                place = (place + 1) % connections.count
                refusals += 1
                // All are asked before any wait.
                if refusals % connections.count == 0 { try await pause(backoff.next(after: error)) }
            }
        }
        return nil
    }

    /// Waits, but not when the worker is drained.
    private func pause(_ span: TimeSpan) async throws {
        let (clock, stop) = (clock, stop)
        try await race({ try await clock.sleep(for: span) }, { try await stop.wait() })
    }

    private func leave(_ session: SessionID, _ place: Int) async {
        do {
            try await connections[place].leave(FleetWire.Leave(session: session))
        } catch {
            logger.info("The server did not hear that the worker left.", metadata: ["error": "\(error)"])
        }
    }
}
