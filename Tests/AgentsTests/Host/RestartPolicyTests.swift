// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Testing

struct RestartPolicyTests {
    private let start = Timestamp(milliseconds: 1_700_000_000_000)

    private func verdicts(at seconds: [Int]) -> [RestartPolicy.Verdict] {
        var policy = RestartPolicy()
        return seconds.map { policy.crashed(at: start + .seconds($0)) }
    }

    private func isEscalation(_ verdict: RestartPolicy.Verdict?) -> Bool {
        if case .escalate = verdict { true } else { false }
    }

    @Test func `the wait doubles from a fifth of a second`() {
        let expected = [200, 400, 800, 1_600].map { RestartPolicy.Verdict.restart(after: TimeSpan(milliseconds: $0)) }
        #expect(verdicts(at: [0, 1, 2, 4]) == expected)
    }

    @Test func `four restarts in a minute are borne, the fifth escalates`() {
        let verdicts = verdicts(at: [0, 10, 20, 30, 59])
        #expect(verdicts.dropLast().allSatisfy { !isEscalation($0) })
        #expect(isEscalation(verdicts.last))
    }

    @Test func `a fifth restart that comes a minute after the first does not escalate`() {
        #expect(!isEscalation(verdicts(at: [0, 10, 20, 30, 60]).last))
    }

    @Test func `the wait is never longer than thirty seconds`() {
        let last = verdicts(at: Array(0..<20)).last
        #expect(last == .escalate(after: .seconds(30)))
    }

    @Test func `the wait begins anew when the agent has run for a minute`() {
        #expect(verdicts(at: [0, 1, 62]).last == .restart(after: TimeSpan(milliseconds: 200)))
        #expect(verdicts(at: [0, 1, 61]).last == .restart(after: TimeSpan(milliseconds: 800)))
    }
}
