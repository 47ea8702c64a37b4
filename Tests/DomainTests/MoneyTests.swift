// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

struct MoneyTests {
    @Test(
        arguments: [
            (0, Currency.krw, "₩0"), (999, .krw, "₩999"), (1_000, .krw, "₩1,000"), (500_000, .krw, "₩500,000"),
            (1_002_003, .jpy, "¥1,002,003"), (1_250, .usd, "$12.50"), (5, .usd, "$0.05"), (-5, .usd, "-$0.05"),
            (123_456_789, .eur, "€1,234,567.89"), (-1_000, .krw, "-₩1,000"),
            (Int64.min, .krw, "-₩9,223,372,036,854,775,808"),
        ]
    )
    func `an amount is written with its sign, groups and decimals`(units: Int64, currency: Currency, text: String) {
        #expect(Money(minorUnits: units, currency: currency).description == text)
    }

    @Test func `amounts of one currency add up and subtract`() throws {
        let sum = try Money(minorUnits: 700, currency: .krw).adding(Money(minorUnits: 300, currency: .krw))
        #expect(sum == Money(minorUnits: 1_000, currency: .krw))
        #expect(try sum.subtracting(sum) == .zero(.krw))
        let highest = try Money(minorUnits: .max - 1, currency: .usd).adding(Money(minorUnits: 1, currency: .usd))
        #expect(highest.minorUnits == .max)
    }

    @Test func `a sum or difference that does not fit is refused`() {
        let one = Money(minorUnits: 1, currency: .usd)
        #expect(throws: MoneyError.overflow) { try Money(minorUnits: .max, currency: .usd).adding(one) }
        #expect(throws: MoneyError.overflow) { try Money(minorUnits: .min, currency: .usd).subtracting(one) }
        #expect(MoneyError.overflow.description.contains("9,223,372,036,854,775,807"))
    }

    @Test func `amounts of two currencies are not combined`() {
        let won = Money(minorUnits: 1, currency: .krw)
        let dollar = Money(minorUnits: 1, currency: .usd)
        #expect(throws: MoneyError.currenciesDiffer(.krw, .usd)) { try won.adding(dollar) }
        #expect(throws: MoneyError.currenciesDiffer(.usd, .krw)) { try dollar.subtracting(won) }
        #expect(
            MoneyError.currenciesDiffer(.krw, .usd).description
                == "amounts in KRW and USD cannot be combined; use one currency"
        )
    }

    @Test func `an amount reads back as it was written`() throws {
        let amount = Money(minorUnits: -1_250, currency: .eur)
        let text = try CanonicalJSON.text(amount)
        #expect(text == #"{"currency":"EUR","minorUnits":-1250}"#)
        #expect(try CanonicalJSON.decode(Money.self, from: text) == amount)
    }
}
