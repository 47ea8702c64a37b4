// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

@testable import Operations

@Suite struct IdleMemoryTests {
    /// Kilobytes of code that is resident in this process.
    private static func residentCode() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/smaps", encoding: .utf8)
        var isCode = false
        var sum = 0
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            if words.count >= 5, words[0].contains("-") {
                isCode = words[1] == "r-xp"
            } else if isCode, words.first == "Rss:", words.count > 1 {
                sum += Int(words[1]) ?? 0
            }
        }
        return sum
    }

    @Test func `code that is not run is given back, and the process goes on`() throws {
        let before = try Self.residentCode()
        var least = before
        for _ in 0..<5 {
            IdleMemory.release()
            least = min(least, try Self.residentCode())
        }
        #expect(before > 5_000)
        #expect(least < before * 9 / 10, "of \(before) kB \(least) were left")
    }

    @Test func `memory is given back after the start, and again after each interval`() throws {
        let clock = VirtualClock(start: Timestamp(milliseconds: 1_767_225_600_000))
        let instants = Locked<[TimeSpan]>([])
        let start = clock.now
        try clock.run {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await IdleMemory(clock: clock) { instants.withLock { $0.append(clock.now - start) } }.run()
                }
                try await clock.sleep(for: .minutes(2))
                group.cancelAll()
            }
        }
        #expect(instants.withLock { $0 } == [.seconds(3), .seconds(63)])
    }
}
