// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation

/// What is remembered of a feed from one run to the next: how it may be asked, and what it gave last.
package struct FeedPast: Hashable, Codable, Sendable {
    /// What an asker was told besides the items.
    package struct Answer: Hashable, Codable, Sendable {
        /// The run that asked.
        package var asker: String
        package var problems: [SourceProblem]
        package var calls: Int
    }

    /// The address under which the feed was named, which stays when it moves.
    package var address: String
    package var subscription: FeedSubscription
    /// What its last whole answer told.
    package var items: [NewsItem] = []
    /// When entries without a date were first seen.
    package var firstSeen: [String: Timestamp] = [:]
    /// What the last asker with a name was told: a run that was killed before it wrote the answer down is told the same again.
    package var answer: Answer?

    /// A feed that was never asked.
    package init(address: String) {
        self.address = address
        subscription = FeedSubscription(address: address)
    }
}

/// Where it is kept what is remembered of feeds: one file for each address, in a folder that all processes of a machine share.
package struct FeedMemory: Sendable {
    private let folder: String
    private let time: any TimeSource

    /// Creates a memory in a folder, which is made when it is first needed.
    package init(folder: String, time: any TimeSource) {
        self.folder = folder
        self.time = time
    }

    /// What is remembered; that of a feed never asked where nothing is, or where it cannot be read.
    func past(of address: String) -> FeedPast {
        // It only spares questions: what is damaged is asked for anew.
        guard let data = try? file(address).bytes(), let past = try? CanonicalJSON.decode(FeedPast.self, from: data),
            past.address == address
        else { return FeedPast(address: address) }
        return past
    }

    /// Writes down what is remembered; of two processes that asked at once the later answer counts.
    ///
    /// Throws `Failure` where that is not possible, and `CancellationError`.
    func keep(_ past: FeedPast) async throws {
        let file = file(past.address)
        try await file.alone {
            do {
                try file.write(try CanonicalJSON.encode(past))
            } catch {
                let why = (error as? Failure)?.message ?? error.localizedDescription
                throw Failure(
                    .permission,
                    "\(file.path): what is remembered of a feed cannot be written down, so it will be asked in full again (\(why))"
                )
            }
        }
    }

    private func file(_ address: String) -> SharedFile {
        let hash = String(SplitMix64.seed(0, "feed", address), radix: 16)
        return SharedFile(path: "\(folder)/feeds/\(hash).json", time: time, subject: "what is remembered of feeds")
    }
}
