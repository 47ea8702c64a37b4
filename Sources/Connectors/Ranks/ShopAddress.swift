// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation

/// What a shopping address or number names at Naver: an entry of the search (`productId`), or a shop's own listing.
package enum ShopAddress: Hashable, Sendable {
    /// What the search calls `productId`: a price comparison's entry, or one offer.
    case product(String)
    /// The number of a listing in its shop, which stands in the links of the search.
    case listing(String)
    /// A number of which nobody said which of the two it is.
    case number(String)

    /// The number itself.
    package var number: String {
        switch self {
        case .product(let number), .listing(let number), .number(let number): number
        }
    }

    /// Reads an address or a number; throws `Failure` with examples of what would be right.
    package init(_ text: String) throws(Failure) {
        let trimmed = text.trimmingCharacters(in: .whitespaces)
        if let number = Self.digits(trimmed) {
            self = .number(number)
        } else if let found = Self.read(trimmed) {
            self = found
        } else {
            throw Failure(
                .invalid,
                "product '\(text)' is no product of Naver's shopping; give its number, or an address such as "
                    + "https://search.shopping.naver.com/catalog/123 or https://smartstore.naver.com/shop/products/123"
            )
        }
    }

    /// What an address names; nil for one that names no product.
    static func read(_ address: String) -> ShopAddress? {
        let text = address.contains("://") ? address : "https://" + address
        guard let url = URLComponents(string: text), let host = url.host?.lowercased(),
            host == "naver.com" || host.hasSuffix(".naver.com")
        else { return nil }
        let items = url.queryItems ?? []
        let isShop = ["smartstore.naver.com", "brand.naver.com"].contains { host.hasSuffix($0) }
        let parts = url.path.split(separator: "/").map(String.init)
        for (part, next) in zip(parts, parts.dropFirst()) {
            guard let number = digits(next) else { continue }
            if ["catalog", "product"].contains(part), !isShop { return .product(number) }
            if part == "products" { return .listing(number) }
        }
        for name in ["nvMid", "nv_mid", "id", "productId"] where !isShop || name.hasPrefix("nv") {
            if let number = items.first(where: { $0.name == name })?.value.flatMap(digits) { return .product(number) }
        }
        return nil
    }

    private static func digits(_ text: String) -> String? {
        !text.isEmpty && text.utf8.count <= 20 && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? text : nil
    }
}
