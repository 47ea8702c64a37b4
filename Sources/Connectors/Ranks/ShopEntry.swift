// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

/// One entry of Naver's shop search.
struct ShopEntry: Hashable, Sendable {
    /// The mall's name of entries that compare prices.
    static let comparison = "네이버"

    var productId: String
    /// What its link names.
    var link: ShopAddress?
    var mall: String
    /// Letters and digits only, in lower case.
    var title: String
    /// The title as readers see it.
    var name: String
    /// The lowest price in won; nil when none is told.
    var price: Int?

    init(productId: String, link: ShopAddress? = nil, mall: String, title: String, price: Int? = nil) {
        (self.productId, self.link, self.mall, self.price) = (productId, link, mall, price)
        self.title = Self.normalised(title)
        name = title
    }

    /// Reads an entry; nil for one without a number.
    init?(_ value: JSONValue) {
        guard let productId = value["productId"]?.text else { return nil }
        self.init(
            productId: productId,
            link: value["link"]?.text.flatMap { ShopAddress.read($0) },
            mall: value["mallName"]?.plain ?? "",
            title: value["title"]?.plain ?? "",
            price: value["lprice"]?.count.flatMap { $0 > 0 ? $0 : nil }
        )
    }

    /// A title by which entries of one product are told to be the same.
    static func normalised(_ title: String) -> String {
        String(
            title.precomposedStringWithCanonicalMapping.lowercased().unicodeScalars
                .filter { CharacterSet.alphanumerics.contains($0) }
        )
    }
}

/// What a product looks like in the search, by which it is followed into an entry that compares prices, and out of one.
struct ShopTraits: Hashable, Codable, Sendable {
    var mall: String
    var title: String
    var price: Int?

    init(_ entry: ShopEntry) {
        (mall, title, price) = (entry.mall, entry.title, entry.price)
    }

    /// How far a price may have moved for the entry to be the same.
    static let band = 0.1

    /// Whether a price is within the band of the one that is known.
    func isNear(_ other: Int?) -> Bool {
        guard let price, let other else { return price == nil && other == nil }
        return abs(Double(price - other)) <= Self.band * Double(price)
    }
}

/// How an entry is known to be the product.
enum ShopMatch: Int, Comparable {
    /// A price comparison's entry of the same title and price, or a shop's where the product was one.
    case comparison
    /// The same mall, title and price, with another number.
    case followed
    /// The same number.
    case exact

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// How an entry fits what is looked for; nil if it does not.
    init?(_ entry: ShopEntry, address: ShopAddress, traits: ShopTraits?) {
        let isNamed =
            switch address {
            case .product(let number): entry.productId == number
            case .listing(let number): entry.link == .listing(number)
            case .number(let number): entry.productId == number || entry.link == .listing(number)
            }
        if isNamed {
            self = .exact
            return
        }
        guard let traits, !traits.title.isEmpty, traits.title == entry.title, traits.isNear(entry.price) else {
            return nil
        }
        if traits.mall == entry.mall {
            self = .followed
        } else if entry.mall == ShopEntry.comparison || traits.mall == ShopEntry.comparison {
            self = .comparison
        } else {
            return nil
        }
    }
}
