// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Storage
import Testing

@testable import dure

@Suite struct DataFolderTests {
    @Test func `a reader waits for the process that is just making the tables`() async throws {
        let place = try TemporaryFolder()
        let folder = DataFolder(path: place.url.path)
        _ = try place.file("dure.sqlite", "")
        let writer = Locked<Result<SQLiteStore, any Error>?>(nil)
        // A thread of its own: the reader holds the one that it is called on.
        Thread.detachNewThread {
            let opened = Result { try folder.openForWriting() }
            writer.withLock { $0 = opened }
        }
        let reader = try folder.openForReading()
        #expect(try await reader.campaigns(in: .default).isEmpty)
        try reader.close()
        while writer.withLock({ $0 == nil }) { try await Task.sleep(for: .milliseconds(10)) }
        try writer.withLock { $0 }?.get().close()
    }

    @Test func `a database that nobody gives its tables is told apart from none`() throws {
        let place = try TemporaryFolder()
        let folder = DataFolder(path: place.url.path)
        #expect(throws: ExitCode.noInput) { try folder.openForReading() }
        _ = try place.file("dure.sqlite", "")
        #expect(throws: ExitCode.temporary) { try folder.openForReading() }
    }
}
