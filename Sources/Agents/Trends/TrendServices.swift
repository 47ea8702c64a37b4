// SPDX-License-Identifier: Apache-2.0

package import Domain
package import TrendAnalysis

/// Says what was found in words: the page, and what a person is told; pure functions of the findings.
package protocol TrendPresenter: Sendable {
    /// The report's page.
    func page(on findings: NewsFindings, language: String) throws -> String
    /// What a person is told: that the report is there, and what touches a watched subject; each with a cause of its own.
    func notices(on findings: NewsFindings, language: String, report: String) -> [Notice]
    /// The page of a report on videos.
    func page(on findings: VideoFindings, language: String) throws -> String
    /// What a person is told of videos; the rules are the same.
    func notices(on findings: VideoFindings, language: String, report: String) -> [Notice]
}

/// A notifier that can be asked whether it has delivered a message already.
package protocol VerifiableNotifier: Notifier {
    /// Whether a message of this key was delivered.
    func hasDelivered(_ key: String) async throws -> Bool
}

/// Opens sources for the time of one collection.
package protocol TrendSources: Sendable {
    /// Opens a source of news by its address; throws `Failure` for an address that is none, or leads nowhere.
    func news(_ address: String) throws -> any NewsSource
    /// Opens a source of videos; the rules are the same.
    func videos(_ address: String) throws -> any VideoSource
    /// Closes what was opened; called once, when no source is asked any more.
    func close() async
}

/// What trend workflows need of the outside: the composition root knows which.
package struct TrendServices: Sendable {
    /// What opens the sources of an order, for a run.
    package var sources: @Sendable (_ order: TrendOrder, _ run: WorkflowRunID) -> any TrendSources
    /// The shelf of a data folder.
    package var shelf: @Sendable (_ folder: String) -> any TrendShelf
    /// What is watched in a data folder.
    package var watched: @Sendable (_ folder: String) throws -> [WatchedSubject]
    /// The ways to people of a data folder.
    package var notifiers: @Sendable (_ folder: String) -> [any Notifier]
    /// What analyses; made when it is needed, for a dictionary takes a moment to open.
    package var analyser: @Sendable () -> TrendAnalyser
    package var videos: @Sendable () -> VideoAnalyser
    package var presenter: any TrendPresenter
    /// Where alerts are written.
    package var store: any ChangeStore
    /// The data folder where a request names none.
    package var folder: String
    /// Gives memory back that nothing holds; called after steps that need much.
    package var release: @Sendable () -> Void

    /// Puts the services together.
    package init(
        sources: @escaping @Sendable (_ order: TrendOrder, _ run: WorkflowRunID) -> any TrendSources,
        shelf: @escaping @Sendable (_ folder: String) -> any TrendShelf,
        watched: @escaping @Sendable (_ folder: String) throws -> [WatchedSubject] = { _ in [] },
        notifiers: @escaping @Sendable (_ folder: String) -> [any Notifier],
        analyser: @escaping @Sendable () -> TrendAnalyser,
        videos: @escaping @Sendable () -> VideoAnalyser,
        presenter: any TrendPresenter,
        store: any ChangeStore,
        folder: String,
        release: @escaping @Sendable () -> Void = {}
    ) {
        self.sources = sources
        self.shelf = shelf
        self.watched = watched
        self.notifiers = notifiers
        self.analyser = analyser
        self.videos = videos
        self.presenter = presenter
        self.store = store
        self.folder = folder
        self.release = release
    }
}
