// SPDX-License-Identifier: Apache-2.0

import Foundation
import Operations
import Testing

/// Whether a process is dead, as another one sees it.
struct ProcessMarkTests {
    @Test func `a process that lives is not gone, and one that began at another time is`() throws {
        let own = try #require(ProcessMark.own())
        #expect(ProcessMark(own.text) == own)
        #expect(!own.isGone(own))
        let parts = own.text.split(separator: "/").map { String($0) }
        func other(_ place: Int, _ text: String) throws -> ProcessMark {
            var parts = parts
            parts[place] = text
            return try #require(ProcessMark(parts.joined(separator: "/")))
        }
        #expect(own.isGone(try other(3, "1")), "the identifier was given to another process")
        #expect(own.isGone(try other(2, "2147483647")), "there is no such process")
        #expect(!own.isGone(try other(0, "another-boot")), "another computer's cannot be seen")
        #expect(!own.isGone(try other(1, "pid:[1]")), "nor another container's")
        let first = try other(2, "1")
        #expect(own.isGone(first), "process 1 lives, and began at another time")
    }

    @Test(arguments: ["", "a/b/c", "a/b/0/d", "a/b/x/d", "a//1/d", "a/b/1/d/e"])
    func `what is no mark is not read`(_ text: String) {
        #expect(ProcessMark(text) == nil)
    }
}
