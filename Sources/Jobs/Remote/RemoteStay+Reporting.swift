// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging

/// Telling the server how jobs ended.
extension RemoteStay {
    private static let mostReports = 200

    func reportLoop() async throws -> Ending? {
        while true {
            var reports = ArraySlice(try await outbox.take())
            while !reports.isEmpty {
                let batch = Array(reports.prefix(Self.mostReports))
                reports = reports.dropFirst(batch.count)
                guard try await send(batch) else { return .over }
                state.withLock { state in
                    for report in batch where state.tokens[report.job] == report.token {
                        state.tokens[report.job] = nil
                    }
                }
                changes.put(())
            }
        }
    }

    /// Sends reports until they are answered; false when the session is over.
    private func send(_ reports: [FleetWire.Report]) async throws -> Bool {
        var backoff = Backoff(seed: SplitMix64.seed(seed, "report"))
        while true {
            let link = link
            do {
                // A process that was stopped for long must not speak for a lease that it has lost.
                guard clock.steady < state.withLock({ $0.fence }) else { return false }
                guard let receipts = try await complete(reports, over: link) else { continue }
                let stale = receipts.receipts.count { $0.status == .stale }
                // The server that is left knows the lease no longer, and the next one waits for the report.
                if stale > 0, try await hasMoved(from: link) { continue }
                if stale > 0 {
                    logger.warning("Reports came too late and were dropped.", metadata: ["count": "\(stale)"])
                }
                return true
            } catch FleetCallError.sessionIsOver {
                if try await hasMoved(from: link) { continue }
                return false
            } catch FleetCallError.refused(let detail) {
                return try await send(apart: reports, because: detail)
            } catch let error as FleetCallError {
                logger.warning("Reports were not answered.", metadata: ["error": "\(error)"])
                try await clock.sleep(for: backoff.next(after: error))
            }
        }
    }

    /// The receipts of reports; nil when the worker has left the server meanwhile, and should say it again elsewhere.
    private func complete(_ reports: [FleetWire.Report], over link: Link) async throws -> FleetWire.Receipts? {
        do {
            return try await race(
                { try await link.connection.complete(FleetWire.Complete(session: link.session, reports: reports)) },
                {
                    try await link.left.wait()
                    return nil
                }
            )
        } catch let error as FleetCallError {
            if link.left.isOpen { return nil }
            throw error
        }
    }

    /// Sends refused reports one by one, and says of one that is refused alone that its job failed.
    private func send(apart reports: [FleetWire.Report], because detail: String) async throws -> Bool {
        guard reports.count == 1, let only = reports.first else {
            for report in reports {
                guard try await send([report]) else { return false }
            }
            return true
        }
        guard only.result != nil else {
            logger.error("A report was refused and dropped.", metadata: ["job": "\(only.job)", "error": "\(detail)"])
            return true
        }
        let failure = Failure(.invalid, "the server refused the result: \(detail)")
        return try await send([FleetWire.Report(job: only.job, token: only.token, failure: FleetWire.Failed(failure))])
    }
}
