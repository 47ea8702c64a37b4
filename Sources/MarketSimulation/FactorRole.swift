// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

/// What a factor does in the market, told from its name, in English or Korean.
enum FactorRole: Hashable, Sendable {
    case price
    case coupon
    case shipping
    case adBid
    case adCopy
    case title
    case image
    case review
    /// Any other factor: its levels get effects without a sign known beforehand.
    case other

    /// Recognises a name.
    init(name: String) {
        let name = name.lowercased()
        func has(_ words: String...) -> Bool { words.contains { name.contains($0) } }
        if has("coupon", "discount", "쿠폰", "할인") {
            self = .coupon
        } else if has("shipping", "delivery", "배송") {
            self = .shipping
        } else if has("bid", "입찰") {
            self = .adBid
        } else if has("ad_copy", "adcopy", "ad copy", "ad-copy", "headline", "광고") {
            self = .adCopy
        } else if has("price", "가격") {
            self = .price
        } else if has("title", "상품명", "제목") {
            self = .title
        } else if has("image", "thumbnail", "photo", "이미지", "썸네일", "사진") {
            self = .image
        } else if has("review", "rating", "리뷰", "구매평", "후기") {
            self = .review
        } else {
            self = .other
        }
    }

    /// How much of the factor's effect shoppers see before they click; the rest they see when they buy.
    var clickShare: Double {
        switch self {
        case .title: 0.8
        case .image: 0.9
        case .adBid, .adCopy: 1
        case .price, .coupon: 0.5
        case .shipping: 0.4
        case .review: 0.3
        case .other: 0.5
        }
    }

    /// The typical size of the factor's main effect against other factors'; nil where it is drawn with a heavy tail.
    var weight: Double? {
        switch self {
        case .price: 1.2
        case .image: 1.1
        case .title, .adBid: 1
        case .coupon: 0.9
        case .shipping: 0.8
        case .review: 0.7
        case .adCopy: 0.6
        case .other: nil
        }
    }

    /// Whether shoppers see money in the factor, so that its effect on orders runs through the price elasticity.
    var isMoney: Bool { self == .price || self == .coupon }

    /// Numbers that rise with the appeal of the levels; nil where the role or the levels have no known order.
    func appeal(of levels: [LevelValue]) -> [Double]? {
        guard let numbers = numbers(of: levels), Set(numbers).count > 1 else { return nil }
        switch self {
        case .price:
            return numbers.allSatisfy { $0 > 0 } ? numbers.map { -log($0) } : nil
        case .shipping:
            return numbers.map { -$0 }
        case .coupon:
            return numbers
        case .adBid, .review:
            let scale = numbers.map(\.magnitude).max() ?? 1
            return numbers.map { log(1 + 4 * max(0, $0) / scale) }
        case .adCopy, .title, .image, .other:
            return nil
        }
    }

    /// The levels as numbers, where every level is one; for shipping a fee, so that `free` is 0.
    func numbers(of levels: [LevelValue]) -> [Double]? {
        let numbers = levels.compactMap { number($0) }
        return numbers.count == levels.count ? numbers : nil
    }

    private func number(_ level: LevelValue) -> Double? {
        switch level {
        case .integer(let value): Double(value)
        case .number(let value): value.isFinite ? value : nil
        case .flag(let value): self == .shipping ? (value ? 0 : 1) : (value ? 1 : 0)
        case .text(let text): number(ofText: text.lowercased())
        }
    }

    private func number(ofText text: String) -> Double? {
        if ["none", "no", "off", "without", "없음"].contains(text) { return 0 }
        if self == .shipping {
            if text.contains("free") || text.contains("무료") { return 0 }
            if text.contains("paid") || text.contains("유료") { return 1 }
        }
        let digits = text.filter { $0 != "," }.drop { !$0.isASCII || !$0.isNumber }
        let value = Double(digits.prefix { $0.isASCII && ($0.isNumber || $0 == ".") })
        return value.flatMap { $0.isFinite ? $0 : nil }
    }
}
