// SPDX-License-Identifier: Apache-2.0

package import Domain

/// How often workers beat and are looked at, and how long a silence means what (C2, C4).
package struct FleetTiming: Hashable, Codable, Sendable {
    /// How often a worker beats.
    package var beat: TimeSpan
    /// How often the fleet is looked at.
    package var look: TimeSpan
    /// The silence after which a worker's jobs go to others.
    package var lease: TimeSpan
    /// The silence after which recovery begins.
    package var unresponsive: TimeSpan
    /// How long each restart is given to bring a beat before the next step, which after the last is isolation.
    package var restartDelays: [TimeSpan]

    /// Creates a timing.
    package init(
        beat: TimeSpan,
        look: TimeSpan,
        lease: TimeSpan,
        unresponsive: TimeSpan,
        restartDelays: [TimeSpan]
    ) {
        self.beat = beat
        self.look = look
        self.lease = lease
        self.unresponsive = unresponsive
        self.restartDelays = restartDelays
    }

    /// The silence that makes a worker suspect: one beat was missed, and the next is due.
    package var suspect: TimeSpan { beat * 2 }

    /// How long the right to lead a group lasts unless it is renewed, at every look.
    package var leadership: TimeSpan { beat * 2 }

    /// In earnest: beats and looks every 5 s, leases of 15 s, recovery after 60 s, and 30 s of it at most before isolation.
    package static let real = FleetTiming(
        beat: .seconds(5),
        look: .seconds(5),
        lease: .seconds(15),
        unresponsive: .seconds(60),
        restartDelays: [.seconds(5), .seconds(10), .seconds(15)]
    )

    /// In a rehearsal: 60 times the real spans, so that a month costs few events.
    package static let rehearsal = FleetTiming(
        beat: .minutes(5),
        look: .minutes(5),
        lease: .minutes(15),
        unresponsive: .minutes(60),
        restartDelays: [.minutes(5), .minutes(10), .minutes(15)]
    )
}

/// How many workers of which role a fleet has (C1).
package struct FleetSizes: Hashable, Codable, Sendable {
    /// The first so many that register become trial runners, the rest observers.
    package var trialRunners: Int
    /// How many trial runners make a group.
    package var groupSize: Int
    /// How many observers an embedded fleet starts.
    package var observers: Int
    /// How many jobs each embedded worker holds at once.
    package var slots: Int

    /// Creates sizes; the defaults are the product's (18 in groups of three, 4 observers).
    package init(trialRunners: Int = 18, groupSize: Int = 3, observers: Int = 4, slots: Int = 2) {
        self.trialRunners = trialRunners
        self.groupSize = max(groupSize, 1)
        self.observers = observers
        self.slots = max(slots, 1)
    }
}
