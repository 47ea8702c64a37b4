// SPDX-License-Identifier: Apache-2.0

/// An unevaluated sum of two doubles, about 32 decimal digits, for sums that would otherwise cancel.
///
/// Error-free transformations: Dekker 1971, Knuth TAOCP 2 (4.2.2).
struct DoubleDouble: Sendable, Equatable {
    private(set) var high: Double
    private(set) var low: Double

    init(_ value: Double = 0) {
        high = value
        low = 0
    }

    init(high: Double, low: Double) {
        self.high = high
        self.low = low
    }

    /// Rounded to one double.
    var value: Double {
        high + low
    }

    static func product(_ a: Double, _ b: Double) -> DoubleDouble {
        let p = a * b
        return DoubleDouble(high: p, low: (-p).addingProduct(a, b))
    }

    static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let s = a.high + b.high
        let part = s - a.high
        let error = (a.high - (s - part)) + (b.high - part)
        return normalised(s, error + a.low + b.low)
    }

    static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        a + DoubleDouble(high: -b.high, low: -b.low)
    }

    static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let p = product(a.high, b.high)
        return normalised(p.high, p.low + (a.high * b.low + a.low * b.high))
    }

    static func / (a: DoubleDouble, b: Double) -> DoubleDouble {
        let first = a.high / b
        let rest = a - product(first, b)
        return normalised(first, rest.value / b)
    }

    static func += (a: inout DoubleDouble, b: DoubleDouble) {
        a = a + b
    }

    private static func normalised(_ high: Double, _ low: Double) -> DoubleDouble {
        let s = high + low
        return DoubleDouble(high: s, low: low - (s - high))
    }
}
