// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

extension SourceAccess {
    /// Naver's search with the application's keys; all its interfaces share one quota.
    func naverSearch(for source: String) throws(Failure) -> NaverSearch {
        let place = "an application at developers.naver.com that may use search"
        let names = ["DURE_NAVER_CLIENT_ID", "DURE_NAVER_CLIENT_SECRET"]
        if names.allSatisfy({ (setting.environment[$0] ?? "").isEmpty }) {
            let both = names.joined(separator: " and ")
            throw Failure(.permission, "source '\(source)' needs the environment variables \(both), from \(place)")
        }
        let credentials = NaverCredentials(
            id: try key("DURE_NAVER_CLIENT_ID", for: source, where: place),
            secret: try key("DURE_NAVER_CLIENT_SECRET", for: source, where: place)
        )
        let profile = ServiceCaller.Profile(
            name: source,
            secrets: [credentials.id, credentials.secret],
            errors: { NaverSearch.error($0) },
            list: AnswerList(key: "items")
        )
        let daily = try number("DURE_NAVER_DAILY_CALLS", otherwise: 25_000)
        return NaverSearch(
            credentials,
            base: try base("naver", "https://openapi.naver.com", variable: "DURE_NAVER_URL"),
            caller: caller(profile, plan: NaverSearch.plan(daily: daily), owner: "naver", key: credentials.id)
        )
    }

    /// NewsAPI with its key.
    func newsAPI() throws(Failure) -> NewsAPISource {
        let key = try key("DURE_NEWSAPI_KEY", for: "newsapi", where: "newsapi.org")
        let daily = try number("DURE_NEWSAPI_DAILY_CALLS", otherwise: 100)
        let profile = ServiceCaller.Profile(
            name: "newsapi",
            secrets: [key],
            errors: { NewsAPISource.error($0) },
            list: AnswerList(key: "articles")
        )
        return NewsAPISource(
            key: key,
            base: base("newsapi", "https://newsapi.org"),
            caller: caller(profile, plan: NewsAPISource.plan(daily: daily), owner: "newsapi", key: key)
        )
    }

    /// GDELT, which needs no key: all processes over one folder share its pace.
    func gdelt() -> GDELTSource {
        let profile = ServiceCaller.Profile(name: "gdelt", list: AnswerList(key: "articles", isOptional: true))
        return GDELTSource(
            base: base("gdelt", "https://api.gdeltproject.org"),
            caller: caller(profile, plan: GDELTSource.plan, owner: "gdelt", key: ""),
            time: time
        )
    }

    /// The identities of channels, parted by commas; throws `Failure` naming what is none.
    static func channels(_ text: String) throws(Failure) -> [String] {
        let list = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        if let wrong = list.first(where: { !$0.hasPrefix("UC") || $0.utf8.count != 24 }) {
            throw Failure(
                .invalid,
                "source 'youtube:\(text)': '\(wrong)' is no channel; give its identity, 24 characters that begin with UC"
            )
        }
        return list
    }

    /// YouTube with its key; channels' identities are parted by commas.
    func youTube(channels: String) throws(Failure) -> YouTubeSource {
        let key = try key("DURE_YOUTUBE_KEY", for: "youtube", where: "a project at console.cloud.google.com")
        let list = try Self.channels(channels)
        let region = (setting.environment["DURE_YOUTUBE_REGION"] ?? "KR").uppercased()
        guard region.utf8.count == 2, region.utf8.allSatisfy({ $0 >= 0x41 && $0 <= 0x5A }) else {
            throw Failure(
                .invalid,
                "the environment variable DURE_YOUTUBE_REGION is '\(region)'; give two letters such as KR"
            )
        }
        let plan = YouTubeSource.plan(searches: try number("DURE_YOUTUBE_DAILY_SEARCHES", otherwise: 60))
        let make = { (budget: String) in
            let errors: @Sendable (JSONValue) -> ServiceError? = { YouTubeSource.error($0, budget: budget) }
            let list = AnswerList(key: "items", isOptional: true)
            let profile = ServiceCaller.Profile(name: "youtube", secrets: [key], errors: errors, list: list)
            return self.caller(profile, plan: plan, owner: "youtube", key: key)
        }
        return YouTubeSource(
            setting: .init(
                key: key,
                base: base("youtube", "https://www.googleapis.com"),
                channels: list,
                region: region
            ),
            lists: make("units"),
            searches: make("searches"),
            time: time
        )
    }
}
