// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The fleet: groups, leaders, how workers are, and what waits for them.
package struct FleetPage: Sendable {
    /// A worker in the table.
    package struct WorkerRow: Sendable {
        package var id: String
        package var name: String
        package var role: String
        package var state: WorkerState
        package var group: Int?
        package var isLeader: Bool
        package var inFlight: Int
        package var slots: Int
        package var successRate: Double
        package var restarts: Int
        package var lastBeatAt: String

        /// Creates the value from its parts.
        package init(
            id: String,
            name: String,
            role: String,
            state: WorkerState,
            group: Int?,
            isLeader: Bool,
            inFlight: Int,
            slots: Int,
            successRate: Double,
            restarts: Int,
            lastBeatAt: String
        ) {
            self.id = id
            self.name = name
            self.role = role
            self.state = state
            self.group = group
            self.isLeader = isLeader
            self.inFlight = inFlight
            self.slots = slots
            self.successRate = successRate
            self.restarts = restarts
            self.lastBeatAt = lastBeatAt
        }
    }

    /// Workers that are led together.
    package struct GroupRow: Sendable {
        package var number: Int
        package var leader: String?
        package var members: Int
        package var healthy: Int
        package var isResting: Bool

        /// Creates the value from its parts.
        package init(number: Int, leader: String?, members: Int, healthy: Int, isResting: Bool) {
            self.number = number
            self.leader = leader
            self.members = members
            self.healthy = healthy
            self.isResting = isResting
        }
    }

    /// How many jobs of a kind are where.
    package struct QueueRow: Sendable {
        package var kind: String
        package var ready: Int
        package var delayed: Int
        package var leased: Int
        package var dead: Int
        package var isPaused: Bool

        /// Creates the value from its parts.
        package init(kind: String, ready: Int, delayed: Int, leased: Int, dead: Int, isPaused: Bool) {
            self.kind = kind
            self.ready = ready
            self.delayed = delayed
            self.leased = leased
            self.dead = dead
            self.isPaused = isPaused
        }
    }

    package var workers: [WorkerRow]
    package var groups: [GroupRow]
    package var queues: [QueueRow]

    /// Creates a view.
    package init(workers: [WorkerRow], groups: [GroupRow], queues: [QueueRow]) {
        self.workers = workers
        self.groups = groups
        self.queues = queues
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor)
        var sections: [PageSection] = []
        if workers.isEmpty {
            sections.append(
                PageSection("workers", nil, [.empty(words(.noWorkersTitle), [words(.noWorkers1), words(.noWorkers2)])])
            )
        } else {
            let healthy = workers.count(where: \.state.isHealthy)
            let used = workers.reduce(0) { $0 + $1.inFlight }
            sections.append(
                PageSection(
                    "figures",
                    nil,
                    [
                        .figures([
                            .init(
                                words(.healthyWorkers),
                                "\(words.count(healthy)) / \(words.count(workers.count))",
                                tone: healthy < workers.count ? .bad : .good
                            ),
                            .init(words(.groups), words.count(groups.count)),
                            .init(
                                words(.slots),
                                "\(words.count(used)) / \(words.count(workers.reduce(0) { $0 + $1.slots }))"
                            ),
                            .init(words(.readyJobs), words.count(queues.reduce(0) { $0 + $1.ready })),
                        ])
                    ],
                    isPlain: true
                )
            )
            if !groups.isEmpty { sections.append(PageSection("groups", words(.groups), [groupTable(words)])) }
            sections.append(PageSection("workers", words(.workers), [workerTable(words, visitor)]))
        }
        if !queues.isEmpty { sections.append(PageSection("queues", words(.queues), [queueTable(words)])) }
        return DashboardPage(.fleet, words(.fleet), lead: words(.fleetLead), topics: [.fleet], sections)
    }

    private func groupTable(_ words: Words) -> Piece {
        .table(
            DataTable(
                words(.groups),
                [words(.groups), words(.state), words(.leader), words(.members)],
                groups.map { group in
                    let isWhole = group.healthy == group.members
                    return [
                        .short(words(.groupNumber, words.count(group.number))),
                        .badge(
                            group.isResting
                                ? words(.resting) : "\(words.count(group.healthy)) / \(words.count(group.members))",
                            group.isResting ? .live : isWhole ? .good : .bad
                        ),
                        .text(group.leader ?? "–"), .number(words.count(group.members)),
                    ]
                }
            )
        )
    }

    private func workerTable(_ words: Words, _ visitor: Visitor) -> Piece {
        .table(
            DataTable(
                words(.workers),
                [
                    words(.name), words(.state), words(.role), words(.groups), words(.slots), words(.successRate),
                    words(.restarts), words(.lastBeat),
                ] + (visitor.mayAdminister ? [""] : []),
                workers.map { worker in
                    let state = words.worker(worker.state)
                    let group = worker.group.map { words(.groupNumber, words.count($0)) } ?? "–"
                    var cells: [DataTable.Cell] = [
                        .text(worker.name), .badge(state.text, state.tone), .short(words.role(worker.role)),
                        .text(group, note: worker.isLeader ? words(.leader) : nil),
                        .number("\(words.count(worker.inFlight)) / \(words.count(worker.slots))"),
                        .number(words.share(worker.successRate)), .number(words.count(worker.restarts)),
                        words.instant(worker.lastBeatAt),
                    ]
                    if visitor.mayAdminister {
                        let order = worker.state == .isolated ? "release" : "isolate"
                        let name = words(worker.state == .isolated ? .release : .isolate)
                        cells.append(
                            .links([
                                Link(
                                    name,
                                    "/fleet/\(worker.id)/orders/\(order)",
                                    tone: .plain,
                                    label: "\(name): \(worker.name)"
                                )
                            ])
                        )
                    }
                    return cells
                }
            )
        )
    }

    private func queueTable(_ words: Words) -> Piece {
        .table(
            DataTable(
                words(.queues),
                [words(.kind), words(.readyJobs), words(.leasedJobs), words(.delayedJobs), words(.deadJobsHead)],
                queues.map { queue in
                    [
                        .text(queue.kind, note: queue.isPaused ? words(.paused) : nil),
                        .number(words.count(queue.ready)),
                        .number(words.count(queue.leased)), .number(words.count(queue.delayed)),
                        .number(words.count(queue.dead)),
                    ]
                }
            )
        )
    }
}
