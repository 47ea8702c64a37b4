// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation

/// What there is to know of a kind of source before it is opened.
package struct SourceDescription: Hashable, Codable, Sendable {
    /// A budget of a day.
    package struct Budget: Hashable, Codable, Sendable {
        package var name: String
        package var limit: Int
        package var spent: Int
        /// When it begins anew.
        package var endsAt: Timestamp
    }

    /// An environment variable that it needs.
    package struct Variable: Hashable, Codable, Sendable {
        package var name: String
        package var isSet: Bool
    }

    /// How it is given to `--source`.
    package var address: String
    /// What it tells: news, videos or ranks.
    package var kind: String
    package var variables: [Variable] = []
    package var budgets: [Budget] = []
    /// Until when the service asked to be left alone, or failed too often.
    package var notBefore: Timestamp?
    /// Why its spent budgets cannot be told; nil where they can.
    package var problem: String?
}

/// All kinds of sources, with what each needs and what is left of its quota today.
package enum SourceCatalogue {
    /// Describes them in the order in which they are told; asks nobody, and changes nothing.
    package static func descriptions(with access: SourceAccess) -> [SourceDescription] {
        let naver = ["DURE_NAVER_CLIENT_ID", "DURE_NAVER_CLIENT_SECRET"]
        let limits: (String, Int) -> Int = { name, standard in
            (try? access.number(name, otherwise: standard)) ?? standard
        }
        let naverPlan = NaverSearch.plan(daily: limits("DURE_NAVER_DAILY_CALLS", 25_000))
        let newsPlan = NewsAPISource.plan(daily: limits("DURE_NEWSAPI_DAILY_CALLS", 100))
        let videoPlan = YouTubeSource.plan(searches: limits("DURE_YOUTUBE_DAILY_SEARCHES", 60))
        return [
            SourceDescription(address: "file:PATH", kind: "news, videos"),
            SourceDescription(address: "feed:PATH or feed:ADDRESS", kind: "news"),
            describe("naver-news", "news", naver, naverPlan, "naver", access),
            describe("newsapi", "news", ["DURE_NEWSAPI_KEY"], newsPlan, "newsapi", access),
            describe("gdelt", "news", [], GDELTSource.plan, "gdelt", access),
            describe("youtube, youtube:CHANNEL,…", "videos", ["DURE_YOUTUBE_KEY"], videoPlan, "youtube", access),
            describe("naver-shop", "ranks", naver, naverPlan, "naver", access),
        ]
    }

    private static func describe(
        _ address: String,
        _ kind: String,
        _ variables: [String],
        _ plan: QuotaPlan,
        _ owner: String,
        _ access: SourceAccess
    ) -> SourceDescription {
        let environment = access.setting.environment
        var description = SourceDescription(address: address, kind: kind)
        description.variables = variables.map { .init(name: $0, isSet: environment[$0]?.isEmpty == false) }
        let key = variables.first.map { environment[$0] ?? "" } ?? ""
        var state = QuotaState()
        if description.variables.allSatisfy(\.isSet) {
            do {
                state = try access.ledger(owner, key.trimmingCharacters(in: .whitespacesAndNewlines)).written()
            } catch {
                description.problem = (error as? Failure)?.message ?? "\(error)"
            }
        }
        let now = access.time.now
        description.budgets = plan.days.keys.sorted().compactMap { name in
            guard let rule = plan.days[name] else { return nil }
            var day = state.days[name] ?? DayQuota(rule, at: now)
            day.roll(rule, at: now)
            return .init(
                name: name,
                limit: rule.limit,
                spent: day.isExhausted ? rule.limit : day.spent,
                endsAt: rule.day(of: now).end
            )
        }
        description.notBefore = [state.notBefore, state.breaker.openUntil].compactMap(\.self).max()
            .flatMap { $0 > now ? $0 : nil }
        return description
    }
}
