// SPDX-License-Identifier: Apache-2.0

package import Domain

/// One or more decisions of the same kind in the same words, as a person reads them.
package struct DecisionLine: Hashable, Sendable {
    /// When it was decided last.
    package var time: String
    package var agent: String
    package var policy: String
    /// The newest words; figures may have been others before.
    package var reason: String
    package var count: Int

    /// Creates a line.
    package init(time: String, agent: String, policy: String, reason: String, count: Int = 1) {
        self.time = time
        self.agent = agent
        self.policy = policy
        self.reason = reason
        self.count = count
    }

    /// Rules that look at a campaign all the while, and mostly find that it goes on.
    private static let routine: Set<String> = ["course", "target", "pacing", "trend", "worth"]

    /// The lines of decisions that come in order of time, newest first.
    ///
    /// Routine decisions whose words differ in nothing but figures are one line, as long as nothing else was decided between them; so
    /// what a person ordered stays in its place, and is not pushed away by notes that the search goes on.
    package static func lines(of decisions: [Decision]) -> [DecisionLine] {
        var lines: [DecisionLine] = []
        /// Lines that an earlier decision can still join, by what makes two the same.
        var open: [[String]: Int] = [:]
        for decision in decisions.reversed() {
            let line = DecisionLine(
                time: decision.time.description,
                agent: decision.agent,
                policy: decision.policy,
                reason: decision.reason
            )
            guard routine.contains(decision.policy) else {
                open = [:]
                lines.append(line)
                continue
            }
            let key = [decision.agent, decision.policy, decision.reason.filter { !$0.isNumber && $0 != "." }]
            if let place = open[key] {
                lines[place].count += 1
            } else {
                open[key] = lines.count
                lines.append(line)
            }
        }
        return lines
    }
}
