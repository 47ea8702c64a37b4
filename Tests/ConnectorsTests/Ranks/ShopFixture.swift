// SPDX-License-Identifier: Apache-2.0
import Domain
import StandIns

/// Lists of the shop search, in which the product 900 has a place.
enum ShopFixture {
    static func list(_ count: Int, product: Int?, as offer: NaverStandIn.Offer? = nil) -> [NaverStandIn.Offer] {
        let ours =
            offer
            ?? NaverStandIn.Offer(
                productId: "900",
                link: "https://smartstore.naver.com/main/products/777",
                mall: "두레상점",
                title: "로봇청소기 R7",
                price: 329_000
            )
        return (1...max(count, 1)).map { place in
            place == product
                ? ours
                : NaverStandIn.Offer(
                    productId: "\(10_000 + place)",
                    mall: "mall \(place % 7)",
                    title: "청소기 \(place)",
                    price: 100_000 + place
                )
        }
    }
}

extension Goal {
    /// A goal about a product's rank.
    static func shop(keywords: [String], product: String, depth: Int, units: [String]? = nil) -> Goal {
        Goal(
            name: "shop",
            product: Product(identifier: product),
            marketplace: .naver,
            keywords: keywords,
            objective: Objective(metric: "rank", direction: .lower, depth: depth),
            factors: [],
            trial: TrialTemplate(kind: .command),
            units: units ?? keywords
        )
    }
}
