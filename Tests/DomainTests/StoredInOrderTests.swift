// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@Suite struct StoredInOrderTests {
    private struct Record: Codable, Equatable {
        @StoredInOrder var numbers: Set<Int>
    }

    @Test func `a set is stored in order, whatever order the process has for it, and read in any`() throws {
        let record = Record(numbers: [100, 30, 120, 50, 7, 1, 0])
        #expect(try CanonicalJSON.text(record) == #"{"numbers":[0,1,7,30,50,100,120]}"#)
        let read = try CanonicalJSON.decode(Record.self, from: #"{"numbers":[50,7,120,0,30,100,1]}"#)
        #expect(read == record)
    }
}
