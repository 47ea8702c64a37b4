// SPDX-License-Identifier: Apache-2.0

import Connectors
import Domain
import Foundation

/// Finds the source that a goal's ranks come from: the simulated market, or Naver's shop search with the keys of the environment.
///
/// Who asks for ranks does not know which it is.
final class RankRouter: RankSource, Sendable {
    private let markets: Markets
    private let access: @Sendable () -> SourceAccess
    /// Kept, so that those who are followed beside a product are followed on.
    private let naver = Locked<NaverShopRanks?>(nil)

    /// Creates a router; nothing is opened before it is needed.
    init(markets: Markets, access: @escaping @Sendable () -> SourceAccess = ProcessSources.access) {
        self.markets = markets
        self.access = access
    }

    /// Throws `Failure` where a goal's ranks cannot be looked at, such as one that names the keys that are missing.
    func check(_ goal: Goal) throws {
        guard goal.observesRanks else { return }
        _ = try source(of: goal)
        guard goal.trial.kind != .simulated else { return }
        for unit in goal.units { try NaverShopRanks.check(unit, of: goal) }
    }

    private func source(of goal: Goal) throws -> any RankSource {
        if goal.trial.kind == .simulated { return markets }
        guard goal.marketplace == .naver else {
            throw Failure(
                .invalid,
                "goal '\(goal.name)': there is no source of ranks for the marketplace \(goal.marketplace.rawValue); measure by a program"
            )
        }
        return try naver.withLock { known in
            if let known { return known }
            let opened = try RankSources.naverShop(with: access())
            known = opened
            return opened
        }
    }

    func name(observer: String, of goal: Goal) -> String {
        goal.trial.kind == .simulated ? markets.name(observer: observer, of: goal) : NaverShopRanks.name
    }

    func observe(
        units: [String],
        of goal: Goal,
        observer: String,
        at now: Timestamp
    ) async throws -> [RankObservation] {
        try await source(of: goal).observe(units: units, of: goal, observer: observer, at: now)
    }
}

/// The connections of this process to sources outside, which last as long as it does.
enum ProcessSources {
    private static let opened = Locked<[String: SourceAccess]>([:])

    /// The access whose quotas are written down in the standard data folder.
    @Sendable static func access() -> SourceAccess { access(folder: DataFolder(path: DataFolder.standard)) }

    /// The access whose quotas are written down in a data folder, unless the environment names another for them.
    static func access(folder: DataFolder) -> SourceAccess {
        let path = folder.url.appending(path: "sources").path
        return opened.withLock { opened in
            if let known = opened[path] { return known }
            let made = SourceAccess(
                .init(environment: HouseEnvironment.present, folder: path),
                time: SystemClock()
            )
            opened[path] = made
            return made
        }
    }
}
