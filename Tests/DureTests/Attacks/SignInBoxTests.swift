// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

@testable import dure

struct SignInBoxTests {
    private struct House {
        let url = FileManager.default.temporaryDirectory.appending(path: "sign-in-\(UUID().uuidString)")
        var box: SignInBox { SignInBox(folder: DataFolder(path: url.path)) }
        var place: URL { url.appending(path: "sign-in") }
        func rights(of path: URL) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path.path)[.posixPermissions] as? Int
        }
    }

    @Test func `who may write into the folder gets a link, and nothing of it stays`() async throws {
        let house = House()
        try DataFolder(path: house.url.path).create()
        defer { try? FileManager.default.removeItem(at: house.url) }
        #expect(try house.rights(of: house.url) == 0o700)
        let wish = SignInBox.Wish(name: "kim", role: .viewer)
        let heard = Locked<[SignInBox.Wish]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await house.box.serve(clock: SystemClock()) { wish in
                    heard.withLock { $0.append(wish) }
                    return "http://127.0.0.1:1/sign-in#\(wish.name)"
                }
            }
            while !FileManager.default.fileExists(atPath: house.place.path) {
                try await SystemClock().sleep(for: TimeSpan(milliseconds: 5))
            }
            #expect(try house.rights(of: house.place) == 0o700)
            let link = try await house.box.ask(wish, patience: .minutes(2), clock: SystemClock())
            #expect(link == "http://127.0.0.1:1/sign-in#kim")
            group.cancelAll()
        }
        #expect(heard.withLock { $0 } == [wish])
        #expect(try FileManager.default.contentsOfDirectory(atPath: house.place.path).isEmpty)
    }

    @Test func `nobody answers where no server is, and the wish is taken away`() async throws {
        let house = House()
        defer { try? FileManager.default.removeItem(at: house.url) }
        let wish = SignInBox.Wish(name: "kim", role: .admin)
        #expect(try await house.box.ask(wish, patience: .seconds(5), clock: SystemClock()) == nil)
        try FileManager.default.createDirectory(at: house.place, withIntermediateDirectories: true)
        #expect(try await house.box.ask(wish, patience: TimeSpan(milliseconds: 300), clock: SystemClock()) == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: house.place.path).isEmpty)
    }
}
