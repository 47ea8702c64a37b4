// SPDX-License-Identifier: Apache-2.0
package import Connectors
package import Domain
import Foundation

/// What a stand-in does wrong on purpose.
package enum StandInFault: String, Sendable, CaseIterable {
    case tooManyWithRetryAfter
    case tooMany
    case serverError
    case slowBody
    case cutJSON
    case duplicates
    case shuffle
    case wrongType
    case hangUp
    case empty
}

/// A service that keeps to its contract: it answers questions that are right, refuses those that are wrong, and counts its quotas itself.
package protocol StandIn: Sendable {
    var desk: StandInDesk { get }
    /// Answers a question that is within the quotas.
    func reply(_ request: WebRequest, fault: StandInFault?, at now: Timestamp) -> WebAnswer
    /// What a question costs, by the names of the desk's rules.
    func cost(_ request: WebRequest) -> [String: Int]
    /// The answer to one question too many.
    func refusal(_ rule: String) -> WebAnswer
}

/// Counts what a stand-in was asked, and says when that was too much; it shares no code with what is tested.
package final class StandInDesk: Sendable {
    /// A quota.
    package enum Rule: Sendable {
        /// At most so many in any span of so many milliseconds.
        case sliding(Int, milliseconds: Int64)
        /// At most so many in a day of a time zone.
        case day(Int, zone: String)
    }

    struct State {
        var faults: [(fault: StandInFault, count: Int)] = []
        var log: [String: [(instant: Timestamp, cost: Int)]] = [:]
        var days: [String: [Date: Int]] = [:]
        var violations: [String] = []
        var requests: [WebRequest] = []
    }

    private let rules: [String: Rule]
    private let state = Locked(State())

    package init(_ rules: [String: Rule]) {
        self.rules = rules
    }

    /// Makes the next so many questions meet a fault.
    package func inject(_ fault: StandInFault, times: Int = .max) {
        state.withLock { $0.faults = [(fault, times)] }
    }

    package func heal() { state.withLock { $0.faults = [] } }

    /// What was asked beyond the quotas.
    package var violations: [String] { state.withLock { $0.violations } }
    package var requests: [WebRequest] { state.withLock { $0.requests } }
    /// The most that was spent in one day of a rule.
    package func busiestDay(_ rule: String) -> Int { state.withLock { $0.days[rule]?.values.max() ?? 0 } }

    /// Counts what a test asks by itself.
    package func counted(_ cost: [String: Int], at now: Timestamp) -> Bool { count(cost, at: now) == nil }

    func note(_ request: WebRequest) { state.withLock { $0.requests.append(request) } }

    func nextFault() -> StandInFault? {
        state.withLock { state in
            guard let first = state.faults.first, first.count > 0 else { return nil }
            state.faults[0].count -= 1
            return first.fault
        }
    }

    /// Counts a question; the name of the rule that it breaks.
    func count(_ cost: [String: Int], at now: Timestamp) -> String? {
        state.withLock { state in
            var broken: String?
            for name in cost.keys.sorted() {
                guard let rule = rules[name], let cost = cost[name] else { continue }
                switch rule {
                case .sliding(let limit, let span):
                    var log = state.log[name] ?? []
                    log.removeAll { $0.instant.milliseconds <= now.milliseconds - span }
                    log.append((now, cost))
                    state.log[name] = log
                    if log.reduce(0, { $0 + $1.cost }) > limit { broken = name }
                case .day(let limit, let zone):
                    var calendar = Calendar(identifier: .gregorian)
                    calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
                    let day = calendar.startOfDay(for: now.date)
                    state.days[name, default: [:]][day, default: 0] += cost
                    if state.days[name]?[day] ?? 0 > limit { broken = name }
                }
            }
            if let broken { state.violations.append("\(now): \(broken)") }
            return broken
        }
    }
}

/// How a stand-in answers, where not with an answer.
package enum StandInOutcome: Sendable {
    case answer(WebAnswer)
    case slow
    case hangUp
}

extension StandIn {
    /// Answers as the service would, or as its fault wants.
    package func respond(_ request: WebRequest, at now: Timestamp) -> StandInOutcome {
        desk.note(request)
        if let rule = desk.count(cost(request), at: now) { return .answer(refusal(rule)) }
        let fault = desk.nextFault()
        switch fault {
        case .tooManyWithRetryAfter:
            return .answer(WebAnswer(status: 429, headers: ["retry-after": "7"], body: Array("slow down".utf8)))
        case .tooMany: return .answer(WebAnswer(status: 429, headers: ["content-type": "text/plain"]))
        case .serverError: return .answer(WebAnswer(status: 500, body: Array("<html>trouble</html>".utf8)))
        case .slowBody: return .slow
        case .hangUp: return .hangUp
        case .empty: return .answer(WebAnswer(status: 200, headers: ["content-type": "application/json"]))
        case .wrongType:
            let body = Array("<html><body>Maintenance</body></html>".utf8)
            return .answer(WebAnswer(status: 200, headers: ["content-type": "text/html"], body: body))
        case .cutJSON:
            var answer = reply(request, fault: nil, at: now)
            answer.body = Array(answer.body.prefix(answer.body.count * 2 / 3))
            return .answer(answer)
        case .duplicates, .shuffle, nil: return .answer(reply(request, fault: fault, at: now))
        }
    }
}

/// Carries questions to stand-ins within the process, by the hosts of their addresses, in the time of a clock.
package struct StandInTransport: WebTransport {
    private let services: [String: any StandIn]
    private let time: any TimeSource
    private let delay: TimeSpan

    package init(_ services: [String: any StandIn], time: any TimeSource, delay: TimeSpan = .zero) {
        self.services = services
        self.time = time
        self.delay = delay
    }

    package func send(_ request: WebRequest, within patience: TimeSpan) async throws -> Result<WebAnswer, Failure> {
        guard let host = URL(string: request.base)?.host(), let service = services[host] else {
            return .failure(Failure(.unknown, "\(request.base): no such host"))
        }
        if delay > .zero { try await time.sleep(for: delay) }
        switch service.respond(request, at: time.now) {
        case .answer(let answer): return .success(answer)
        case .hangUp: return .failure(Failure(.unknown, "\(request.base) cannot be read: the connection was closed"))
        case .slow:
            try await time.sleep(for: patience)
            return .failure(Failure(.timeOut, "\(request.base) did not answer in full within \(patience)"))
        }
    }
}

extension WebAnswer {
    /// An answer of JSON.
    static func json(_ value: JSONValue, status: Int = 200) -> WebAnswer {
        let body = (try? CanonicalJSON.encode(value)).map { Array($0) } ?? []
        return WebAnswer(status: status, headers: ["content-type": "application/json; charset=utf-8"], body: body)
    }
}
