// SPDX-License-Identifier: Apache-2.0

/// Finds where a function crosses zero between two ends of different sign.
enum BracketedRoot {
    /// The crossing to a relative tolerance, or nil when both ends have the same sign or a value is NaN.
    ///
    /// Illinois's regula falsi with a bisection whenever it converges too slowly (M. Dowell and P. Jarratt, BIT 11, 1971).
    static func find(
        between lower: Double,
        and upper: Double,
        tolerance: Double = 1e-13,
        _ function: (Double) -> Double
    ) -> Double? {
        var a = lower
        var b = upper
        var fa = function(a)
        var fb = function(b)
        if fa == 0 { return a }
        if fb == 0 { return b }
        guard (fa < 0) != (fb < 0), !fa.isNaN, !fb.isNaN else {
            return nil
        }
        var side = 0
        for step in 0..<200 {
            let width = (b - a).magnitude
            if width <= tolerance * max(1, max(a.magnitude, b.magnitude)) {
                break
            }
            // The secant's guess; every third step halves, which bounds the number of steps.
            var guess = step % 3 == 2 ? (a + b) / 2 : (fa * b - fb * a) / (fa - fb)
            if !(guess > min(a, b) && guess < max(a, b)) {
                guess = (a + b) / 2
            }
            let value = function(guess)
            if value == 0 || value.isNaN {
                return value.isNaN ? nil : guess
            }
            if (value < 0) == (fa < 0) {
                a = guess
                fa = value
                if side == 1 { fb /= 2 }
                side = 1
            } else {
                b = guess
                fb = value
                if side == -1 { fa /= 2 }
                side = -1
            }
        }
        return (a + b) / 2
    }
}
