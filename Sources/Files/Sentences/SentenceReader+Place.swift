// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Addresses, quotations and markets.
extension SentenceReader {
    // MARK: Addresses

    static let address = SentencePattern(
        "(?:https?://|www\\.)[^\\s<>\"'\\x{1}]+|\\b[a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.(?:naver|coupang)\\.com/[^\\s<>\"'\\x{1}]+"
    )
    /// Particles that Korean writes without a space behind an address, and marks that end a sentence.
    static let addressTail = SentencePattern("(?:을|를|은|는|의|에|이|가)?[.,;:!?)\\]]*$")
    static let productNumber = SentencePattern("/(?:products|catalog|product)/(\\d{1,20})")

    mutating func readAddresses() {
        for match in text.matches(Self.address) {
            var range = match.range
            let words = text.original.substring(with: range)
            if let tail = Self.addressTail.matches(in: words as NSString).first?.first.flatMap(\.self) {
                range.length = tail.location
            }
            let written = text.original.substring(with: range)
            let url = written.lowercased().hasPrefix("http") ? written : "https://" + written
            guard let host = URL(string: url)?.host()?.lowercased(), host.contains(".") else { continue }
            found(.url, url, in: withTail(range))
            if let market = Self.market(ofHost: host) {
                let number = Self.productNumber.matches(in: url as NSString).first?[1]
                note(.marketplace, market.rawValue, words: host)
                if let number { note(.productID, (url as NSString).substring(with: number), words: written) }
            }
        }
    }

    private static func market(ofHost host: String) -> Marketplace? {
        func isIn(_ domain: String) -> Bool { host == domain || host.hasSuffix("." + domain) }
        if isIn("naver.com") || isIn("naver.me") { return .naver }
        return isIn("coupang.com") ? .coupang : nil
    }

    // MARK: Quotations

    static let quotation = SentencePattern(
        "\"([^\"\\x{1}]{1,120})\"|(?<![\\p{L}\\p{N}])'([^'\\x{1}]{1,120})'(?![A-Za-z0-9])"
    )

    mutating func readQuotations() {
        for match in text.matches(Self.quotation) {
            guard let inner = match.groups.dropFirst().compactMap(\.self).first else { continue }
            quotations.append(inner)
            text.strike(match.range, with: SentenceText.quoted)
        }
    }

    /// The words of the quotation that lies in a range; nil when there is none.
    func quotation(in range: NSRange) -> String? {
        quotations.first { NSIntersectionRange($0, range).length == $0.length }.map { text.words($0) }
    }

    // MARK: Markets

    static let naver = SentencePattern(
        "네이버\\s*(?:쇼핑|스마트\\s*스토어|스토어)?|스마트\\s*스토어|\\bnaver(?:\\s+(?:shopping|smart\\s*store))?\\b|\\bsmart\\s*store\\b"
    )
    static let coupang = SentencePattern("쿠팡|\\bcoupang\\b")
    static let simulated = SentencePattern(
        "(?:가상|모의|시뮬레이션)\\s*(?:시장|마켓)?|\\bsimulated\\s*(?:market(?:place)?)?\\b|\\bsimulation\\b"
    )
    static let otherMarkets = SentencePattern(
        "11\\s*번가|[gG지]\\s*마켓|옥션|위메프|티몬|무신사|에이블리|지그재그|오늘의\\s*집|롯데온|[sS쓱]{2}[gG]?닷컴|아마존|이베이|쇼피|큐텐|라쿠텐|알리익스프레스|"
            + "\\b(?:amazon|ebay|etsy|shopee|lazada|qoo10|rakuten|walmart|gmarket|11st|musinsa|aliexpress)\\b"
    )
    private static let marketTail = "\\s*(?:에서의|에서는|에서|에다가|에다|에|의|상에서|상)?(?![가-힣])"

    mutating func readMarkets() {
        for (pattern, market) in [
            (Self.naver, Marketplace.naver), (Self.coupang, .coupang), (Self.simulated, .simulated),
        ] {
            for match in text.matches(pattern) { found(.marketplace, market.rawValue, in: withTail(match.range)) }
        }
        for match in text.matches(Self.otherMarkets) {
            ask(.marketplace, .unknownMarket, in: withTail(match.range))
        }
    }

    static let particle = SentencePattern("^(?:와|과|랑|에서의|에서는|에서|에다가|에다|에|의|상에서|으로|로|를|을|는|은)(?![가-힣])")

    /// A range with the particle that is written right behind it.
    func withTail(_ range: NSRange) -> NSRange {
        let start = NSMaxRange(range)
        let after = text.rest.substring(from: start) as NSString
        guard let tail = Self.particle.matches(in: after).first?.first.flatMap(\.self) else { return range }
        return NSRange(location: range.location, length: range.length + tail.length)
    }
}
