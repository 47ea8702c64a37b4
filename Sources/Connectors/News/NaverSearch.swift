// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

/// What Naver's search interfaces have in common: headers, one quota for all of them, errors, and how deep they go.
struct NaverSearch: Sendable {
    /// The most items of a call, and the last place at which a page may begin.
    static let pageSize = 100
    static let lastStart = 1_000

    /// 25,000 calls a day, until midnight in Korea, over all search interfaces; 10 a second are refused by some accounts, so fewer are made.
    static func plan(daily: Int = 25_000) -> QuotaPlan {
        QuotaPlan(
            rates: ["calls a second": TokenBucket.Rule(atMost: 8, in: .seconds(1), burst: 2)],
            days: ["calls": DayQuota.Rule(limit: daily, zone: TimeZone(identifier: "Asia/Seoul") ?? .gmt)]
        )
    }

    private static let cost = ["calls a second": 1, "calls": 1]

    let caller: ServiceCaller
    private let base: String
    private let headers: [(name: String, value: String)]

    init(_ credentials: NaverCredentials, base: String, caller: ServiceCaller) {
        self.caller = caller
        self.base = base
        headers = [
            ("x-naver-client-id", credentials.id), ("x-naver-client-secret", credentials.secret),
            ("accept", "application/json"),
        ]
    }

    /// Asks for a page.
    func page(
        _ interface: String,
        _ word: String,
        start: Int,
        sort: String,
        for sharer: String,
        calls: inout Int
    ) async throws -> ServiceCaller.Outcome {
        let query = [
            (name: "query", value: word), ("display", "\(Self.pageSize)"), ("start", "\(start)"), ("sort", sort),
        ]
        return try await caller.call(
            WebRequest("\(base)/v1/search/\(interface).json", query: query, headers: headers),
            cost: Self.cost,
            for: sharer,
            calls: &calls
        )
    }

    /// Where the page after one begins; nil after the last, which overlaps the one before it by a place.
    static func start(after start: Int) -> Int? {
        start >= lastStart ? nil : min(start + pageSize, lastStart)
    }

    /// An error as Naver tells of it.
    static func error(_ body: JSONValue) -> ServiceError? {
        guard let code = body["errorCode"]?.text else { return nil }
        let meaning: ServiceError.Meaning =
            switch code {
            case "024", "028": .key
            case "010": .exhausted("calls")
            case "012": .tooFast
            case "SE01", "SE02", "SE03", "SE04", "SE06": .question
            case "SE05": .missing
            case "SE99": .trouble
            default: .asStatus
            }
        return ServiceError(code: code, message: body["errorMessage"]?.text ?? "", meaning: meaning)
    }
}

/// The two keys of an application at Naver.
struct NaverCredentials: Sendable {
    let id: String
    let secret: String
}
