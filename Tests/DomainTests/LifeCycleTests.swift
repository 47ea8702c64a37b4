// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

struct LifeCycleTests {
    @Test func `a campaign moves as its table says and no other way`() {
        check(
            CampaignStatus.self,
            [
                "draft": "awaiting_approval ready stopped",
                "awaiting_approval": "expired ready rejected stopped",
                "rejected": "",
                "expired": "",
                "ready": "running stopped",
                "running": "completed failed paused stopped",
                "paused": "failed running stopped",
                "completed": "",
                "stopped": "",
                "failed": "",
            ]
        )
    }

    @Test func `a campaign's stages follow one another and never go back`() {
        check(
            CampaignStage.self,
            [
                "baseline": "afterwards finished searching",
                "searching": "afterwards confirming finalists finished",
                "finalists": "afterwards confirming finished",
                "confirming": "afterwards finished",
                "afterwards": "finished",
                "finished": "",
            ]
        )
    }

    @Test func `a trial moves as its table says and no other way`() {
        check(
            TrialStatus.self,
            [
                "planned": "cancelled failed running",
                "running": "cancelled completed failed planned",
                "completed": "discarded",
                "failed": "",
                "cancelled": "",
                "discarded": "",
            ]
        )
    }

    @Test func `a job moves as its table says and no other way`() {
        check(
            JobState.self,
            [
                "delayed": "cancelled probation queued",
                "queued": "cancelled leased",
                "leased": "cancelled completed dead failed probation queued",
                "failed": "dead delayed probation queued",
                "probation": "cancelled dead leased",
                "dead": "queued",
                "completed": "",
                "cancelled": "",
            ]
        )
    }

    @Test func `a worker moves as its table says and no other way`() {
        check(
            WorkerState.self,
            [
                "starting": "draining idle offline suspect working",
                "idle": "draining offline suspect working",
                "working": "draining idle offline suspect",
                "suspect": "draining idle offline unresponsive working",
                "unresponsive": "idle isolated offline restarting working",
                "restarting": "idle isolated offline starting unresponsive working",
                "isolated": "idle offline starting",
                "draining": "offline suspect",
                "offline": "starting",
            ]
        )
    }

    @Test func `a refused move says what was to be moved and what it may become`() {
        var status = CampaignStatus.paused
        let error = #expect(throws: IllegalMove.self) { try status.move(to: .completed) }
        #expect(
            error?.description
                == "the campaign is paused and cannot become completed; it may become failed, running, stopped"
        )
        var ended = TrialStatus.cancelled
        let atEnd = #expect(throws: IllegalMove.self) { try ended.move(to: .running) }
        #expect(atEnd?.description == "the trial is cancelled and cannot become running; it is at its end")
    }

    @Test func `only a running and a paused campaign hold their units`() {
        #expect(CampaignStatus.allCases.filter(\.holdsUnits) == [.running, .paused])
    }

    @Test func `only an idle and a working worker are healthy`() {
        #expect(WorkerState.allCases.filter(\.isHealthy) == [.idle, .working])
    }

    /// Tries every pair of states against a table of the states that may follow, sorted and separated by spaces.
    private func check<State: LifeCycle>(_ type: State.Type, _ table: [String: String]) {
        #expect(State.allCases.map(\.rawValue).sorted() == table.keys.sorted())
        for from in State.allCases {
            let legal = (table[from.rawValue] ?? "").split(separator: " ").map(String.init)
            #expect(from.isFinal == legal.isEmpty)
            for to in State.allCases {
                var state = from
                #expect(from.canMove(to: to) == legal.contains(to.rawValue))
                do {
                    try state.move(to: to)
                    #expect(legal.contains(to.rawValue), "\(from) moved to \(to)")
                    #expect(state == to)
                } catch {
                    #expect(!legal.contains(to.rawValue), "\(from) did not move to \(to)")
                    #expect(state == from)
                    #expect(error.subject == State.subject)
                    #expect(error.from == from.rawValue)
                    #expect(error.to == to.rawValue)
                    #expect(error.legal == legal)
                }
            }
        }
    }
}
