// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Foundation

/// What a goal in one sentence says, and what it leaves open (A1), by rules in Korean and English.
///
/// Nothing is guessed: what is understood names the words that say it, and what is unclear, missing or said twice is a question. Words that no
/// rule knows are listed, so that a person sees what had no effect.
package struct GoalSentence: Hashable, Sendable {
    /// What a sentence can say of a goal.
    package enum Field: String, Hashable, Sendable, CaseIterable {
        case product
        case url
        /// The marketplace's own number of the product, as its page's address has it.
        case productID = "product_id"
        case marketplace
        case keywords
        case target
        case deadline
        case budget
        case price
        /// Where the product stands now.
        case presentRank = "present_rank"
        /// What may be changed; sentences do not say it, so it is always asked.
        case factors
        /// How a combination is applied and measured; asked on a market that is not simulated.
        case trial
    }

    /// Something that the sentence says, with the words that say it.
    package struct Finding: Hashable, Sendable {
        package var field: Field
        /// As a goal file has it: `20`, `5d9h`, `500000 KRW`; several keywords are several findings.
        package var value: String
        /// The words of the sentence, as they were written.
        package var words: String
        /// The instant that a deadline means.
        package var until: Timestamp?
    }

    /// Why something is asked.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The sentence does not say it.
        case missing
        /// It is said more than once, and not the same.
        case several
        /// A page is named, and how many places a page has is not known.
        case pageSize = "page_size"
        /// An amount of money stands there without saying what it is for.
        case whichMoney = "which_money"
        /// An amount has no currency.
        case currency
        /// An amount is for a day, a week or a month, not for the whole.
        case perPeriod = "per_period"
        /// The day has passed.
        case hasPassed = "has_passed"
        /// The words fit more than one day.
        case whichDay = "which_day"
        /// A day is named that no rule can date, such as a feast of the moon's calendar.
        case unknownDay = "unknown_day"
        /// A time is named, and nothing says that it is the deadline.
        case isDeadline = "is_deadline"
        /// It is said, but not in a number.
        case vague
        /// So many places up: from where is not known.
        case relative
        /// It is about something other than a rank.
        case otherMetric = "other_metric"
        /// The number cannot be.
        case outOfRange = "out_of_range"
        /// Words are left, and nothing says that they are the product's name.
        case isProduct = "is_product"
        /// A least or greatest price: a bound, which a sentence cannot set.
        case bound
        /// It leads away from the first place, or says which rank is to be left.
        case downwards
        /// Something for buyers who write a review.
        case reviewEvent = "review_event"
        /// A market that Dure does not know.
        case unknownMarket = "unknown_market"
    }

    /// Something that a person must say.
    package struct Question: Hashable, Sendable {
        package var field: Field
        package var reason: Reason
        /// The words that raised it; empty when something is missing.
        package var words: String
        /// Answers that would fit, as a goal file has them; none is taken by itself.
        package var proposals: [String]
    }

    /// The sentence as it was read: composed characters, no line breaks.
    package let text: String
    /// The language in which answers are best given: Korean when the sentence has Hangul.
    package let isKorean: Bool
    /// What was understood, in the order of the fields.
    package let findings: [Finding]
    /// What is asked, in the order of the fields.
    package let questions: [Question]
    /// Words that ask for what Dure refuses: imitated shoppers, bought or arranged reviews, clicks and orders.
    package let refused: [String]
    /// Words that no rule knows.
    package let unread: [String]

    /// The most characters that are read; what follows is in no finding.
    package static let lengthLimit = 2_000

    /// Reads a sentence; days and weeks are those of the time zone, and weeks begin on Monday.
    package static func read(_ text: String, now: Timestamp, timeZone: TimeZone) -> GoalSentence {
        var reader = SentenceReader(text, calendar: SentenceCalendar(now: now, timeZone: timeZone))
        return reader.read()
    }

    /// The understood value of a field; nil where there is none.
    package func value(_ field: Field) -> String? { findings.first { $0.field == field }?.value }

    /// The understood values of a field.
    package func values(_ field: Field) -> [String] { findings.filter { $0.field == field }.map(\.value) }
}
