// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation

/// Numbers changes, keeps the newest for those who come back, and hands them to whoever subscribed.
///
/// Numbers rise over all workspaces and begin with the time at which the server started, so that a number of an earlier run is older than
/// all of this one. Delivery is in order for every subscriber, and never waits for one.
package final class LiveHub: Sendable {
    /// Takes messages for one subscriber; must not wait.
    typealias Delivery = @Sendable (String) -> Void

    private struct Subscriber {
        var workspace: WorkspaceID
        var topics: Set<LiveTopic>
        var deliver: Delivery
    }

    private struct Room {
        var state: LiveState = [:]
        /// The newest changes, oldest first.
        var recent: [LiveChange] = []
        /// What was forgotten last: whoever heard no more than this needs a snapshot.
        var forgotten: Int64
        /// Who waits until the state was read for the first time.
        var isRead = false
        var waiting: [(Int, LiveWish)] = []
    }

    private struct Contents {
        var seq: Int64
        var nextID = 0
        var subscribers: [Int: Subscriber] = [:]
        var rooms: [WorkspaceID: Room] = [:]
    }

    private struct Endings {
        var isOver = false
        var nextID = 0
        var waiting: [Int: @Sendable () -> Void] = [:]
    }

    private let endings = Locked(Endings())
    /// How many changes a workspace's room keeps.
    private let memory: Int
    private let contents: Locked<Contents>

    /// Creates a hub whose numbers begin with a time.
    package init(startedAt: Timestamp, memory: Int = 1_024) {
        self.memory = memory
        contents = Locked(Contents(seq: startedAt.milliseconds))
    }

    /// Has something done when the server is about to stop, at once where it is; returns what forgets that.
    ///
    /// A stream of events has no end of its own, and would hold the server until it is cut off.
    func whenEnding(_ body: @escaping @Sendable () -> Void) -> Int? {
        let id = endings.withLock { endings -> Int? in
            guard !endings.isOver else { return nil }
            endings.nextID += 1
            endings.waiting[endings.nextID] = body
            return endings.nextID
        }
        if id == nil { body() }
        return id
    }

    func forgetEnding(_ id: Int?) {
        guard let id else { return }
        endings.withLock { $0.waiting[id] = nil }
    }

    /// Ends the streams that have no end of their own; new ones end at once.
    package func end() {
        let waiting = endings.withLock { endings in
            endings.isOver = true
            defer { endings.waiting = [:] }
            return Array(endings.waiting.values)
        }
        for body in waiting { body() }
    }

    /// How many subscribe.
    package var subscriberCount: Int { contents.withLock { $0.subscribers.count } }

    /// The workspaces to which somebody listens.
    var wantedWorkspaces: [WorkspaceID] {
        contents.withLock { Set($0.subscribers.values.map(\.workspace)).sorted() }
    }

    /// Subscribes: what is there comes at once or as soon as it was read, then every change.
    func subscribe(_ wish: LiveWish, in workspace: WorkspaceID, deliver: @escaping Delivery) -> Int {
        contents.withLock { contents in
            let id = contents.nextID
            contents.nextID += 1
            contents.subscribers[id] = Subscriber(workspace: workspace, topics: wish.topics, deliver: deliver)
            var room = contents.rooms[workspace] ?? Room(forgotten: contents.seq)
            if room.isRead {
                Self.welcome(wish, room, seq: contents.seq, deliver)
            } else {
                room.waiting.append((id, wish))
            }
            contents.rooms[workspace] = room
            return id
        }
    }

    /// Ends a subscription; what nobody hears any more is forgotten.
    func unsubscribe(_ id: Int) {
        contents.withLock { contents in
            guard let gone = contents.subscribers.removeValue(forKey: id) else { return }
            contents.rooms[gone.workspace]?.waiting.removeAll { $0.0 == id }
        }
    }

    /// Takes in how a workspace stands: whatever differs from before is numbered and delivered.
    func take(_ state: LiveState, of workspace: WorkspaceID) {
        contents.withLock { contents in
            var room = contents.rooms[workspace] ?? Room(forgotten: contents.seq)
            if room.isRead {
                for change in Self.changes(from: room.state, to: state, seq: &contents.seq) {
                    room.recent.append(change)
                    for subscriber in contents.subscribers.values
                    where subscriber.workspace == workspace && subscriber.topics.contains(change.topic) {
                        subscriber.deliver(change.text)
                    }
                }
                if room.recent.count > memory {
                    room.forgotten = room.recent[room.recent.count - memory - 1].seq
                    room.recent.removeFirst(room.recent.count - memory)
                }
            } else {
                room.isRead = true
                room.forgotten = contents.seq
            }
            room.state = state
            for (id, wish) in room.waiting {
                guard let subscriber = contents.subscribers[id] else { continue }
                Self.welcome(wish, room, seq: contents.seq, subscriber.deliver)
            }
            room.waiting = []
            contents.rooms[workspace] = room
        }
    }

    /// Forgets rooms in which nobody is, but for the numbers; their next state is read anew.
    func forgetEmptyRooms() {
        contents.withLock { contents in
            let wanted = Set(contents.subscribers.values.map(\.workspace))
            for workspace in contents.rooms.keys where !wanted.contains(workspace) { contents.rooms[workspace] = nil }
        }
    }

    private static func welcome(_ wish: LiveWish, _ room: Room, seq: Int64, _ deliver: Delivery) {
        guard let after = wish.after, after >= room.forgotten, after <= seq else {
            return deliver(LiveText.snapshot(room.state, of: wish.topics, at: seq))
        }
        deliver(LiveText.resumed(at: after))
        for change in room.recent where change.seq > after && wish.topics.contains(change.topic) {
            deliver(change.text)
        }
    }

    private static func changes(from old: LiveState, to new: LiveState, seq: inout Int64) -> [LiveChange] {
        var changes: [LiveChange] = []
        for topic in LiveTopic.allCases {
            let (before, after) = (old[topic] ?? [:], new[topic] ?? [:])
            guard before != after else { continue }
            for key in Set(before.keys).union(after.keys).sorted() where before[key] != after[key] {
                seq += 1
                changes.append(LiveChange(seq: seq, topic: topic, key: key, value: after[key]))
            }
        }
        return changes
    }
}
