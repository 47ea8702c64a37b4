// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Storage

/// `dure decisions`: what the agents decided, when and why.
struct DecisionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decisions",
        abstract: "List what was decided, and why.",
        discussion: "Times are in the goal's time zone. A policy that comes to the same again is shown once, with how "
            + "often; --all and --json show every decision. Exit codes: 0 done, 66 there is no such campaign or database."
    )

    @OptionGroup var options: CampaignOptions

    @Flag(help: "Show every decision, repeats too.")
    var all = false

    @Flag(help: "Print one JSON object per decision, with its inputs and outcome.")
    var json = false

    /// One decision as a JSON line.
    struct Line: Encodable {
        let id: DecisionID
        let time: String
        let agent: String
        let policy: String
        let reason: String
        let inputs: JSONValue
        let outcome: JSONValue

        init(_ decision: Decision) {
            id = decision.id
            time = decision.time.description
            agent = decision.agent
            policy = decision.policy
            reason = decision.reason
            inputs = Self.value(decision.inputs)
            outcome = Self.value(decision.outcome)
        }

        /// Stored JSON as a value; what cannot be read is shown as the text that it is.
        static func value(_ text: String) -> JSONValue {
            do {
                return try CanonicalJSON.decode(JSONValue.self, from: text)
            } catch {
                return .string(text)
            }
        }
    }

    func run() async throws {
        let (campaign, decisions) = try await options.read { store, campaign in
            (campaign, try await store.decisions(of: campaign.id, in: campaign.workspace))
        }
        if json {
            for decision in decisions { try Console.json(Line(decision)) }
        } else {
            try Console.line(Self.text(decisions, timeZone: campaign.goal.timeZone, showsRepeats: all))
        }
    }

    /// Decisions as a table; without repeats a run of one policy's same reason is one row.
    static func text(_ decisions: [Decision], timeZone: String, showsRepeats: Bool) -> String {
        guard !decisions.isEmpty else { return "Nothing was decided yet." }
        var runs: [(first: Decision, last: Decision, count: Int)] = []
        var open: [String: Int] = [:]
        for decision in decisions {
            let key = decision.agent + "\n" + decision.policy
            if !showsRepeats, let index = open[key], runs[index].first.reason == decision.reason {
                runs[index].last = decision
                runs[index].count += 1
            } else {
                open[key] = runs.count
                runs.append((decision, decision, 1))
            }
        }
        let rows = runs.map { run in
            let until = TextTable.time(run.last.time, in: timeZone)
            let again = run.count > 1 ? " (\(run.count) times, until \(until))" : ""
            return [
                TextTable.time(run.first.time, in: timeZone), run.first.agent, run.first.policy,
                run.first.reason + again,
            ]
        }
        return TextTable.lines([["time", "agent", "policy", "reason"]] + rows).joined(separator: "\n")
    }
}
