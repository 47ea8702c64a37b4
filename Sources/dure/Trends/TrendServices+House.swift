// SPDX-License-Identifier: Apache-2.0

import Agents
import Connectors
import Domain
import Foundation
import Operations
import TrendAnalysis

extension TrendServices {
    /// The services of a process: sources by their addresses, files in the data folder, the pages of Reports.
    static func house(store: any ChangeStore, post: NoticePost, clock: any TimeSource = SystemClock()) -> TrendServices
    {
        TrendServices(
            sources: { OpenedSources($0, run: $1, clock: clock) },
            shelf: { FolderShelf(DataFolder(path: $0)) },
            watched: { try WatchList(folder: DataFolder(path: $0)).subjects() },
            notifiers: { post.notifiers(of: $0) },
            analyser: { TrendAnalyser(tokeniser: HouseTokeniser.shared) },
            videos: { VideoAnalyser(tokeniser: HouseTokeniser.shared) },
            presenter: TrendPages(),
            store: store,
            folder: DataFolder(path: DataFolder.standard).url.absoluteURL.path,
            release: { IdleMemory.release() }
        )
    }
}

/// How this process cuts Korean titles: by the dictionary where it is installed, by rules otherwise.
private enum HouseTokeniser {
    static let shared: any Tokeniser = {
        do {
            return try TokeniserChoice.auto.tokeniser(ProcessInfo.processInfo.environment)
        } catch {
            return KoreanTokeniser()
        }
    }()
}

/// Sources that share their connections, for the time of one collection.
struct OpenedSources: TrendSources {
    private let access: SourceAccess

    init(_ order: TrendOrder, run: WorkflowRunID, clock: any TimeSource) {
        self.init(folder: DataFolder(path: order.folder), allow: order.allow, asker: run.text, clock: clock)
    }

    init(folder: DataFolder, allow: [String], asker: String? = nil, clock: any TimeSource) {
        access = SourceAccess(
            .init(
                environment: HouseEnvironment.present,
                folder: folder.url.appending(path: "sources").path,
                allowedHosts: Set(allow.map { $0.lowercased() }),
                asker: asker
            ),
            time: clock
        )
    }

    func news(_ address: String) throws -> any NewsSource { try NewsSources.open(address, with: access) }

    func videos(_ address: String) throws -> any VideoSource { try VideoSources.open(address, with: access) }

    func close() async {
        do {
            try await access.shutdown()
        } catch {
            Console.note("the connections could not be closed: \(error)")
        }
    }
}
