// SPDX-License-Identifier: Apache-2.0

/// A decimal number as it is written, mantissa × 10^exponent, from which a common part can be taken off unrounded.
///
/// `1000000000000.4 - 1000000000000.3` is exactly 0.1 here; as binary numbers it is 0.0999755859375.
package struct DecimalNumber: Hashable, Sendable {
    /// All digits, with the sign; at most 36 digits.
    package let mantissa: Int128
    /// The power of ten of the last digit.
    package let exponent: Int

    init(mantissa: Int128, exponent: Int) {
        self.mantissa = mantissa
        self.exponent = exponent
    }

    /// Reads text such as `-12.5e3`.
    package init?(_ text: String, hasDecimalComma: Bool = false) {
        let bytes = Array(text.utf8)
        self.init(bytes.span, hasDecimalComma: hasDecimalComma)
    }

    /// Reads ASCII digits with an optional sign, decimal point (or comma) and exponent; nil for anything else.
    package init?(_ bytes: Span<UInt8>, hasDecimalComma: Bool = false) {
        var index = 0
        var isNegative = false
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        var small: UInt64 = 0
        var large: Int128 = 0
        var digits = 0
        var scale = 0
        var hasDigits = false
        var isFraction = false
        while index < bytes.count {
            let digit = bytes[index] &- 0x30
            if digit < 10 {
                hasDigits = true
                if digits < 18 {
                    small = small &* 10 &+ UInt64(digit)
                    digits += small == 0 ? 0 : 1
                    scale += isFraction ? 1 : 0
                } else if digits < 36 {
                    large = (digits == 18 ? Int128(small) : large) * 10 + Int128(digit)
                    digits += 1
                    scale += isFraction ? 1 : 0
                } else {
                    scale -= isFraction ? 0 : 1
                }
            } else if !isFraction,
                bytes[index] == UInt8(ascii: ".") || hasDecimalComma && bytes[index] == UInt8(ascii: ",")
            {
                isFraction = true
            } else {
                break
            }
            index += 1
        }
        guard hasDigits, let power = Self.power(bytes, from: index) else {
            return nil
        }
        let magnitude = digits > 18 ? large : Int128(small)
        mantissa = isNegative ? -magnitude : magnitude
        exponent = power - scale
    }

    /// The exponent part from an index to the end: 0 when there is none, nil when it is not one.
    private static func power(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        guard start < bytes.count else {
            return 0
        }
        guard bytes[start] | 0x20 == UInt8(ascii: "e"), start + 1 < bytes.count else {
            return nil
        }
        var index = start + 1
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative || bytes[index] == UInt8(ascii: "+") {
            index += 1
        }
        guard index < bytes.count, bytes.count - index <= 4 else {
            return nil
        }
        var value = 0
        while index < bytes.count {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else {
                return nil
            }
            value = value * 10 + Int(digit)
            index += 1
        }
        return isNegative ? -value : value
    }

    /// The exact difference; nil when its digits do not fit.
    func exactDifference(_ other: DecimalNumber) -> DecimalNumber? {
        let common = min(exponent, other.exponent)
        guard let left = Self.scaled(mantissa, exponent - common),
            let right = Self.scaled(other.mantissa, other.exponent - common)
        else { return nil }
        let (difference, overflow) = left.subtractingReportingOverflow(right)
        return overflow ? nil : DecimalNumber(mantissa: difference, exponent: common)
    }

    /// The difference as a binary number, rounded once.
    package func difference(_ other: DecimalNumber) -> Double {
        exactDifference(other)?.double ?? (double - other.double)
    }

    private static func scaled(_ value: Int128, _ power: Int) -> Int128? {
        guard value != 0 else {
            return 0
        }
        guard power < tens.count else {
            return nil
        }
        let (product, overflow) = value.multipliedReportingOverflow(by: tens[power])
        return overflow ? nil : product
    }

    private static let tens: [Int128] = (0..<38).map { power in (0..<power).reduce(Int128(1)) { value, _ in value * 10 }
    }
    private static let exactPowers: [Double] = (0...22).map { power in
        (0..<power).reduce(1.0) { value, _ in value * 10 }
    }

    /// The nearest binary number (or its neighbour, for more than 15 digits); infinite when too large.
    package var double: Double {
        let isExact = mantissa.magnitude <= 9_007_199_254_740_992
        if isExact, exponent >= -22, exponent <= 22 {
            let value = Double(Int64(mantissa))
            return exponent < 0 ? value / Self.exactPowers[-exponent] : value * Self.exactPowers[exponent]
        }
        if exponent < 0, exponent >= -18, mantissa.magnitude <= UInt128(Int64.max) {
            let (whole, rest) = Int64(mantissa).quotientAndRemainder(dividingBy: Int64(Self.tens[-exponent]))
            return Double(whole) + Double(rest) / Self.exactPowers[-exponent]
        }
        return Double("\(mantissa)e\(exponent)") ?? .infinity
    }
}
