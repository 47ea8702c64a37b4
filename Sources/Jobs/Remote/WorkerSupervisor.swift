// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation
package import Logging

/// A line from a worker's process to its supervisor.
package struct WorkerLine: Codable, Hashable, Sendable {
    /// The session that has begun; empty when it is over, nil where the line is only a sign of life.
    package var session: String?

    /// Creates a line.
    package init(session: String? = nil) {
        self.session = session
    }
}

/// How a worker's process ends, as its exit code says.
package enum WorkerExit {
    /// The fleet wants it started anew.
    package static let restart: Int32 = 85
    /// The server does not take its key, so that starting it again would not help.
    package static let notAllowed: Int32 = 77
}

/// Starts a worker's process, and starts it again when it dies, is silent or is told to restart.
///
/// The server is told of a death at once, so that the worker's jobs go to others within a second.
package struct WorkerSupervisor: Sendable {
    /// How a supervision ends.
    package enum Ending: Hashable, Sendable {
        /// The worker ended as it was asked to.
        case stopped
        /// It ended with a code that a restart does not help against.
        case failed(Int32)
        /// It died more often than the budget allows.
        case gaveUp
    }

    /// How long a worker's process may be silent.
    private static let silence = TimeSpan.seconds(10)

    private let start: @Sendable () throws -> ChildProgram
    private let clock: any TimeSource
    private let bound: TimeSpan
    private let onLoss: @Sendable (SessionID) async -> Void
    private let logger: Logger
    private let stop = Latch()

    /// Creates a supervisor.
    ///
    /// - Parameters:
    ///   - clock: Its steady time measures silence.
    ///   - bound: How long the process has to end once it was asked to.
    ///   - logger: Hears what happens.
    ///   - onLoss: Tells the server that the process of a session has died.
    ///   - start: Starts the worker's process.
    package init(
        clock: any TimeSource,
        bound: TimeSpan,
        logger: Logger,
        onLoss: @escaping @Sendable (SessionID) async -> Void,
        start: @escaping @Sendable () throws -> ChildProgram
    ) {
        self.start = start
        self.clock = clock
        self.bound = bound
        self.onLoss = onLoss
        self.logger = logger
    }

    /// Asks the worker to end and starts it no more; may be called from anywhere, and returns at once.
    package func drain() {
        stop.open()
    }

    /// Supervises until the worker has ended for good.
    package func run() async throws -> Ending {
        var budget = RestartBudget()
        while !stop.isOpen {
            let (ending, session) = try await runOnce()
            if case .exit(WorkerExit.restart) = ending, !stop.isOpen {
                logger.notice("The worker starts anew, as the fleet wants it.")
                continue
            }
            if let session { await onLoss(session) }
            if case .exit(0) = ending { return .stopped }
            if case .exit(WorkerExit.notAllowed) = ending { return .failed(WorkerExit.notAllowed) }
            if stop.isOpen { return .stopped }
            guard let wait = budget.died(at: clock.steady) else {
                logger.critical(
                    "The worker died too often and is not started again.",
                    metadata: ["ending": "\(ending)"]
                )
                return .gaveUp
            }
            logger.error("The worker died.", metadata: ["ending": "\(ending)", "restart_in": "\(wait)"])
            let (clock, stop) = (clock, stop)
            try await race({ try await clock.sleep(for: wait) }, { try await stop.wait() })
        }
        return .stopped
    }

    /// Runs the process once; how it ended, and the session that it had then.
    private func runOnce() async throws -> (ProgramOutput.Ending, SessionID?) {
        let child = try start()
        let (clock, bound, stop) = (clock, bound, stop)
        let lastLine = Locked(clock.steady)
        return try await withThrowingTaskGroup(of: (ProgramOutput.Ending, SessionID?)?.self) { group in
            group.addTask { await Self.follow(child) { lastLine.withLock { $0 = clock.steady } } }
            group.addTask {
                try await stop.wait()
                child.signal(SIGTERM)
                try await clock.sleep(for: bound)
                child.signal(SIGKILL)
                return nil
            }
            group.addTask {
                while true {
                    let rest = lastLine.withLock { $0 } + Self.silence - clock.steady
                    guard rest > .zero else { break }
                    try await clock.sleep(for: rest)
                }
                child.signal(SIGKILL)
                return nil
            }
            defer { group.cancelAll() }
            do {
                while let ended = try await group.next() {
                    if let ended { return ended }
                }
            } catch {
                child.signal(SIGKILL)
                throw error
            }
            throw CancellationError()
        }
    }

    /// Reads what a child says, to its end.
    private static func follow(_ child: ChildProgram, _ onLine: () -> Void) async -> (ProgramOutput.Ending, SessionID?)?
    {
        var session: SessionID?
        for await event in child.events {
            switch event {
            case .line(let text):
                onLine()
                guard let line = try? CanonicalJSON.decode(WorkerLine.self, from: text) else { continue }
                if let said = line.session { session = SessionID(said) }
            case .ended(let ending): return (ending, session)
            }
        }
        return nil
    }
}
