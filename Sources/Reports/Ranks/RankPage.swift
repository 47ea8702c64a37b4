// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Experiments

/// The page on ranks: one HTML file that needs nothing else, for a reader without statistics.
///
/// A pure function of its parts: the same ranks, language and time give the same bytes.
package struct RankPage: Sendable {
    let market: RankMarket
    let movements: [RankMovement]
    let outlook: RankOutlook
    let habits: [RankHabit]
    let goal: Int?

    /// Creates a page; `outlook` names the products that it is about.
    package init(
        market: RankMarket,
        movements: [RankMovement],
        outlook: RankOutlook,
        habits: [RankHabit],
        goal: Int? = nil
    ) {
        self.market = market
        self.movements = movements
        self.outlook = outlook
        self.habits = habits
        self.goal = goal
    }

    /// Writes the page; throws only when the page's own template is broken.
    package func html(language: ReportLanguage, writtenAt: Timestamp) throws -> String {
        try RankPageWriter(self, Wording(language: language)).page(writtenAt: writtenAt).html()
    }
}
