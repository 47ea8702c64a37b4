// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How a traced number is printed.
enum FigureStyle: Sendable, Equatable {
    /// A whole number, thousands grouped.
    case count
    /// With a fixed number of decimals.
    case fixed(Int)
    /// With about four significant digits.
    case short
    /// The same, without the sign.
    case size
    /// The same, with the sign of a gain shown too.
    case signed
    /// As a percentage with a fixed number of decimals.
    case percent(Int)
    /// As a percentage with the sign of a gain shown too.
    case signedPercent(Int)
    /// So many in a thousand, with the sign of a gain shown too.
    case perThousand(Int)
    /// As a percentage without its sign.
    case percentSize(Int)
    /// The difference of two percentages, in percentage points, with its sign.
    case points(Int)
    /// A p value: `0.012`, or `< 0.001`.
    case p
}

extension Wording {
    /// A traced number as it is printed; a dash where there is none.
    func figure(_ figure: Figure, _ style: FigureStyle) -> Markup {
        Markup(text(figure, style), of: figure, scale: figure.value.map { scale(style, $0) } ?? 1)
    }

    /// The same as plain text, for a picture's labels.
    func text(_ figure: Figure, _ style: FigureStyle) -> String {
        guard let value = figure.value else { return Self.absent }
        let shown = value * scale(style, value)
        let sign = shown > 0 ? "+" : ""
        switch style {
        case .count: return shown.magnitude < 1e15 ? fixed(shown, 0) : short(shown)
        case .fixed(let decimals): return fixed(shown, decimals)
        case .short, .size: return short(shown)
        case .signed: return sign + short(shown)
        case .percent(let decimals), .percentSize(let decimals): return fixed(shown, decimals) + " %"
        case .perThousand(let decimals): return sign + fixed(shown, decimals)
        case .signedPercent(let decimals): return sign + fixed(shown, decimals) + " %"
        case .points(let decimals): return sign + fixed(shown, decimals) + self(.percentagePoints)
        case .p: return pValue(shown)
        }
    }

    private func scale(_ style: FigureStyle, _ value: Double) -> Double {
        switch style {
        case .percent, .signedPercent, .points: 100
        case .perThousand: 1_000
        case .percentSize: value < 0 ? -100 : 100
        case .size: value < 0 ? -1 : 1
        default: 1
        }
    }

    /// A traced interval: both ends, with a tilde between.
    func range(_ interval: FigureInterval, _ style: FigureStyle) -> Markup {
        figure(interval.lower, style) + Markup(" ~ ") + figure(interval.upper, style)
    }
}
