// SPDX-License-Identifier: Apache-2.0
import Domain
import Feeds
import Foundation
import NIOHTTP1

/// What a server's answer means for a feed; the part of fetching that needs no network.
struct FeedAnswer {
    /// What follows from an answer.
    enum Meaning: Hashable {
        case document
        case unchanged
        /// Where to go; whether the feed has moved there for good.
        case moved(String, forGood: Bool)
        case gone
        case failed(Failure)
    }

    let meaning: Meaning
    /// When the server says that it may be asked again.
    let notBefore: Timestamp?
    /// How long the server says that its answer holds.
    let interval: TimeSpan?

    init(status: Int, headers: HTTPHeaders, address: String, now: Timestamp) {
        notBefore = headers.first(name: "retry-after").flatMap { Self.retryAfter($0, now: now) }
        interval = headers["cache-control"].joined(separator: ",").split(separator: ",").lazy
            .map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
            .first { $0.hasPrefix("max-age=") }
            .flatMap { Int($0.dropFirst(8)) }
            .flatMap { $0 > 0 && $0 <= 31_536_000 ? TimeSpan.seconds($0) : nil }
        let location = headers.first(name: "location").map { WebAddress.resolve($0, against: address) }
        switch status {
        case 200..<300: meaning = .document
        case 304: meaning = .unchanged
        case 301, 302, 303, 307, 308:
            meaning =
                location.map { .moved($0, forGood: status == 301 || status == 308) }
                ?? .failed(Failure(.invalid, "\(address) was answered \(status) without saying where the feed is"))
        case 410: meaning = .gone
        case 401, 403, 451:
            meaning = .failed(Failure(.permission, "\(address) was answered \(status): it may not be read"))
        case 404: meaning = .failed(Failure(.notFound, "\(address) was answered 404: there is no feed"))
        case 429: meaning = .failed(Failure(.rateLimit, "\(address) was answered 429: asked too often"))
        case 408, 504: meaning = .failed(Failure(.timeOut, "\(address) was answered \(status)"))
        case 400..<500: meaning = .failed(Failure(.invalid, "\(address) was answered \(status)"))
        default: meaning = .failed(Failure(.unknown, "\(address) was answered \(status)"))
        }
    }

    /// The instant of a Retry-After header: seconds from now, or a date; at most 30 days away.
    static func retryAfter(_ value: String, now: Timestamp) -> Timestamp? {
        let text = value.trimmingCharacters(in: .whitespaces)
        let latest = now + .days(30)
        if let seconds = Int(text) { return seconds < 0 ? nil : min(now + .seconds(min(seconds, 2_592_000)), latest) }
        return FeedDate.timestamp(of: text).map { min($0, latest) }
    }
}
