// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Jobs
import Storage
import Testing

/// A run ends alike wherever its process died, and repeats nothing that had ended.
@Suite(.timeLimit(.minutes(10)))
struct WorkflowResumeTests {
    /// How a run ended, and what was done for it.
    struct Ending: Equatable {
        var state: WorkflowRun.State
        var nodes: [String: String]
        var done: [String: Int]
    }

    /// Runs the sample to its end in processes that die after steps of these numbers, and then in one that lives.
    ///
    /// Returns how it ended, how many steps the last process made, and what was repeated after it had ended.
    private func live(_ deaths: [Int], values: [Int] = [5, 6]) throws -> (
        ending: Ending, steps: Int, repeated: [String]
    ) {
        let house = WorkflowHouse()
        return try house.clock.run {
            var repeated: [String] = []
            let id = IdentifierGenerator(clock: house.clock, seed: 99).next(WorkflowRun.self)
            for (place, last) in (deaths.map { Optional($0) } + [nil]).enumerated() {
                let process = try house.process(
                    { [try SampleWorkflow.make(house.outside, $0, clock: house.clock)] },
                    dyingAfter: last,
                    seed: UInt64(place + 1)
                )
                let finished = try await house.nodes(of: id).values.filter { $0.state == .completed }.map(\.node)
                let before = house.outside.runs
                let run = try await house.run(process) { process in
                    _ = try await process.desk.start(
                        "sample",
                        input: try CanonicalJSON.text(SampleWorkflow.Items(values: values)),
                        key: "the one",
                        requestedBy: "test",
                        as: id
                    )
                    return try await house.end(of: id)
                }
                repeated += finished.filter { house.outside.runs[$0] != before[$0] }
                guard let run else { continue }
                let nodes = try await house.nodes(of: id)
                let ending = Ending(
                    state: run.state,
                    nodes: nodes.mapValues { "\($0.state.rawValue) \($0.output ?? "-")" },
                    done: house.outside.done
                )
                return (ending, process.life.steps, repeated)
            }
            throw CancellationError()
        }
    }

    @Test func `a run that nothing disturbs goes through fan-out, join and branch`() throws {
        let (ending, steps, _) = try live([])
        #expect(ending.state == .completed)
        #expect(ending.nodes["total"] == #"completed {"value":1102}"#)
        #expect(ending.nodes["big"] == #"completed {"text":"big 1102"}"#)
        #expect(ending.nodes["small"] == "skipped -")
        #expect(ending.nodes["page"] == #"completed {"text":"big 1102"}"#)
        #expect(ending.done == ["fetch list": 1, "notice big 1102": 1])
        #expect(steps > 25, "the deaths below have that many places")
        #expect(try live([], values: [1]).ending.nodes["page"] == #"completed {"text":"small 101"}"#)
    }

    @Test func `a process that dies after any step is followed by one that ends the run alike`() throws {
        let (calm, steps, _) = try live([])
        for step in 1...steps {
            let (ending, _, repeated) = try live([step])
            #expect(ending == calm, "died after step \(step)")
            #expect(repeated.isEmpty, "died after step \(step)")
        }
    }

    @Test func `so do three that die one after the other`() throws {
        let (calm, steps, _) = try live([])
        var generator = SplitMix64(seed: 20_261_122)
        for _ in 0..<40 {
            let deaths = (0..<3).map { _ in Int.random(in: 1...steps, using: &generator) }
            let (ending, _, repeated) = try live(deaths)
            #expect(ending == calm, "died after steps \(deaths)")
            #expect(repeated.isEmpty, "died after steps \(deaths)")
        }
    }

    @Test func `two processes that work on one run at once do each node once`() throws {
        let house = WorkflowHouse()
        try house.clock.run {
            let processes = try (1...2).map { number in
                try house.process(
                    { [try SampleWorkflow.make(house.outside, $0, clock: house.clock)] },
                    seed: UInt64(number),
                    name: "p\(number)"
                )
            }
            let input = try CanonicalJSON.text(SampleWorkflow.Items(values: [5, 6]))
            let runs = try await withThrowingTaskGroup(of: [WorkflowRunID].self) { group in
                for (number, process) in processes.enumerated() {
                    group.addTask {
                        try await house.run(process) { process in
                            var ids: [WorkflowRunID] = []
                            for key in ["same", "also", "own \(number)"] {
                                let run = try await process.desk.start(
                                    "sample",
                                    input: input,
                                    key: key,
                                    requestedBy: "t"
                                )
                                ids.append(try await house.end(of: run.id).id)
                            }
                            return ids
                        } ?? []
                    }
                }
                var all: [[WorkflowRunID]] = []
                for try await ids in group { all.append(ids) }
                return all
            }
            #expect(runs.count == 2)
            #expect(runs[0].prefix(2) == runs[1].prefix(2), "a key stands for one run")
            #expect(Set(runs.joined()).count == 4)
            for id in Set(runs.joined()) {
                #expect(try await house.store.workflowRun(id, in: .default)?.state == .completed)
            }
            #expect(house.outside.runs["send"] == 4)
            #expect(house.outside.runs["left"] == 4)
        }
    }
}
