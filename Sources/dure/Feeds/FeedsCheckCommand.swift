// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Feeds
import Foundation

/// `dure feeds check`: what a feed is, what is in it, what had to be repaired, and what is wrong.
struct FeedsCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what feeds are, what is in them, what was repaired and what is wrong.",
        discussion:
            "Reads files, folders of files (.xml .rss .atom .rdf .cdf .feed .json) and http or https addresses. Addresses that are not open to "
            + "the public are refused unless --allow names their host. Exit codes: 0 every one is a feed, 65 one is none (or, with --strict, "
            + "had to be repaired), 66 one is not there, 75 a server cannot be reached now, 77 an address may not be read."
    )

    @Argument(help: "Files, folders or addresses.")
    var sources: [String]

    @Flag(help: "Print one JSON object for each feed, with all entries.")
    var json = false

    @Flag(help: "Count feeds that had to be repaired as wrong.")
    var strict = false

    @Option(help: "How many entries of each feed to show; none for folders unless given.")
    var entries: Int?

    @Option(help: "A host that may be asked although it is not open to the public; may be given again.")
    var allow: [String] = []

    @Option(help: "The address that relative addresses in files are relative to.")
    var base: String?

    func validate() throws {
        guard !sources.isEmpty else { throw ValidationError("name a file, a folder or an address") }
        if let entries, entries < 0 { throw ValidationError("--entries: got '\(entries)'; give 0 or more") }
        if let base, base.firstIndex(of: ":") == nil {
            throw ValidationError("--base: got '\(base)'; give an address such as https://example.org/feed.xml")
        }
    }

    func run() async throws {
        var worst = ExitCode.success
        var count = 0
        var refused = 0
        var repaired = 0
        for source in sources {
            let isAddress = source.hasPrefix("http://") || source.hasPrefix("https://")
            let (files, isFolder) = isAddress ? ([source], false) : Self.files(source)
            for file in files {
                let check = isAddress ? await checkAddress(file) : checkFile(file)
                count += 1
                if check.feed == nil { refused += 1 } else if check.code(strict: true) != .success { repaired += 1 }
                try Console.line(json ? try check.json() : check.text(entries: entries ?? (isFolder ? 0 : 5)))
                if worst == .success { worst = check.code(strict: strict) }
            }
        }
        if count == 0 {
            throw ExitCode.noInput.saying("no file in \(sources.joined(separator: ", ")) has a feed's ending")
        }
        if count > 1, !json {
            try Console.line(
                "\(count) looked at: \(count - refused) feeds, \(repaired) of them repaired; \(refused) are none."
            )
        }
        if worst != .success { throw worst }
    }

    /// The files that a name stands for: itself, or those in a folder that end as feeds do, sorted.
    private static func files(_ name: String) -> (files: [String], isFolder: Bool) {
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: name, isDirectory: &isFolder), isFolder.boolValue else {
            return ([name], false)
        }
        let endings: Set<String> = ["xml", "rss", "atom", "rdf", "cdf", "feed", "json"]
        let found = FileManager.default.enumerator(atPath: name)?.compactMap { $0 as? String } ?? []
        let files = found.filter { endings.contains(URL(filePath: $0).pathExtension.lowercased()) }
        let folder = name.hasSuffix("/") ? name : name + "/"
        return (files.sorted().map { folder + $0 }, true)
    }

    private func checkFile(_ name: String) -> FeedCheck {
        var check = FeedCheck(source: name)
        do {
            let data = try Data(contentsOf: URL(filePath: name))
            check.feed = try FeedParser().parse(Array(data), base: base)
        } catch let error as FeedError {
            check.failure = Failure(.invalid, error.description)
        } catch {
            check.failure = Failure(.notFound, "the file cannot be read: \(error.localizedDescription)")
        }
        return check
    }

    private func checkAddress(_ address: String) async -> FeedCheck {
        var check = FeedCheck(source: address)
        let fetcher = FeedFetcher(.init(allowedHosts: Set(allow.map { $0.lowercased() })), time: SystemClock())
        do {
            let (after, outcome) = try await fetcher.fetch(FeedSubscription(address: address), jitter: 0)
            if after.address != address { check.movedTo = after.address }
            check.nextFetch = after.nextFetch
            switch outcome {
            case .feed(let feed): check.feed = feed
            case .gone: check.failure = Failure(.notFound, "\(address) was answered 410: the feed is gone for good")
            case .failed(let failure): check.failure = failure
            case .unchanged, .tooSoon: check.failure = Failure(.unknown, "\(address) was answered without a feed")
            }
        } catch {
            check.failure = Failure(.unknown, "\(error)")
        }
        do {
            try await fetcher.shutdown()
        } catch {
            Console.note("the connections could not be closed: \(error)")
        }
        return check
    }
}
