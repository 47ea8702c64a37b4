// SPDX-License-Identifier: Apache-2.0

/// An amount of money: a whole number of a currency's minor units (won, cents), never a fraction.
package struct Money: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The amount in minor units.
    package let minorUnits: Int64
    /// The currency.
    package let currency: Currency

    /// Creates an amount.
    package init(minorUnits: Int64, currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// Nothing, in a currency.
    package static func zero(_ currency: Currency) -> Money { Money(minorUnits: 0, currency: currency) }

    /// The sum; throws for two currencies, and for a sum that no longer fits.
    package func adding(_ other: Money) throws(MoneyError) -> Money {
        try combined(other) { $0.addingReportingOverflow($1) }
    }

    /// The difference; throws for two currencies, and for a difference that no longer fits.
    package func subtracting(_ other: Money) throws(MoneyError) -> Money {
        try combined(other) { $0.subtractingReportingOverflow($1) }
    }

    private func combined(
        _ other: Money,
        _ operation: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
    ) throws(MoneyError) -> Money {
        guard currency == other.currency else { throw .currenciesDiffer(currency, other.currency) }
        let (value, overflow) = operation(minorUnits, other.minorUnits)
        guard !overflow else { throw .overflow }
        return Money(minorUnits: value, currency: currency)
    }

    /// The amount as people write it, such as `₩500,000` or `$12.50`.
    package var description: String {
        let scale = (0..<currency.fractionDigits).reduce(Int64(1)) { value, _ in value * 10 }
        let magnitude = minorUnits.magnitude
        let whole = Self.grouped(magnitude / scale.magnitude)
        let sign = minorUnits < 0 ? "-" : ""
        guard currency.fractionDigits > 0 else { return sign + currency.symbol + whole }
        let cents = String(magnitude % scale.magnitude)
        let padding = String(repeating: "0", count: currency.fractionDigits - cents.count)
        return sign + currency.symbol + whole + "." + padding + cents
    }

    private static func grouped(_ value: UInt64) -> String {
        var groups: [String] = []
        var rest = value
        while rest >= 1_000 {
            let part = String(rest % 1_000)
            groups.append(String(repeating: "0", count: 3 - part.count) + part)
            rest /= 1_000
        }
        groups.append(String(rest))
        return groups.reversed().joined(separator: ",")
    }
}

/// A currency that Dure can budget in, by its ISO 4217 code.
package enum Currency: String, Codable, Sendable, CaseIterable {
    case krw = "KRW"
    case usd = "USD"
    case eur = "EUR"
    case jpy = "JPY"

    /// How many decimal digits the major unit has.
    package var fractionDigits: Int {
        switch self {
        case .krw, .jpy: 0
        case .usd, .eur: 2
        }
    }

    /// The sign that is written before an amount.
    package var symbol: String {
        switch self {
        case .krw: "₩"
        case .usd: "$"
        case .eur: "€"
        case .jpy: "¥"
        }
    }
}

/// Why two amounts could not be combined.
package enum MoneyError: Error, Hashable, CustomStringConvertible {
    case currenciesDiffer(Currency, Currency)
    case overflow

    package var description: String {
        switch self {
        case .currenciesDiffer(let left, let right):
            "amounts in \(left.rawValue) and \(right.rawValue) cannot be combined; use one currency"
        case .overflow: "the amount is too large to hold; use an amount below 9,223,372,036,854,775,807 minor units"
        }
    }
}
