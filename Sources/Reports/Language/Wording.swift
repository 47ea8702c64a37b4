// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Statistics

/// Writes sentences, numbers and times the way one report needs them.
struct Wording: Sendable {
    let language: ReportLanguage
    let objective: Objective
    /// The reader's time zone, or else the goal's; Greenwich where this machine knows neither.
    let timeZone: TimeZone

    init(language: ReportLanguage, goal: Goal, timeZone wanted: String? = nil) {
        self.language = language
        objective = goal.objective
        let names = [wanted, goal.timeZone].compactMap(\.self)
        let known = names.lazy.compactMap { name in TimeZone(identifier: name).map { (name, $0) } }.first
        timeZone = known?.1 ?? .gmt
        timeZoneName = known?.0 ?? "GMT"
    }

    /// Writes for a page that belongs to no goal; times are Greenwich's.
    init(language: ReportLanguage) {
        self.language = language
        objective = Objective(metric: "", direction: .higher)
        timeZone = .gmt
        timeZoneName = "UTC"
    }

    /// The name of the time zone in which times are written.
    let timeZoneName: String

    /// A phrase with its places filled in.
    func callAsFunction(_ phrase: Phrase, _ arguments: String...) -> String {
        filled(language == .korean ? phrase.korean : phrase.english, arguments.map { Markup($0) }).plain
    }

    /// A phrase of a result's page with its places filled in.
    func callAsFunction(_ phrase: ResultPhrase, _ arguments: String...) -> String {
        filled(language == .korean ? phrase.korean : phrase.english, arguments.map { Markup($0) }).plain
    }

    /// A phrase whose places are filled with marked texts.
    func marked(_ phrase: Phrase, _ arguments: Markup...) -> Markup {
        filled(language == .korean ? phrase.korean : phrase.english, arguments)
    }

    /// A phrase of a result's page whose places are filled with marked texts.
    func marked(_ phrase: ResultPhrase, _ arguments: Markup...) -> Markup {
        filled(language == .korean ? phrase.korean : phrase.english, arguments)
    }

    /// A text whose places `{0}`, `{1}` … are filled in; Korean particles take the form that the word before them asks for.
    func filled(_ text: String, _ arguments: [Markup]) -> Markup {
        var result: Markup = ""
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result = append(rest[..<open], to: result)
            let index = Int(rest[rest.index(after: open)..<close])
            if let index, arguments.indices.contains(index) { result = result + arguments[index] }
            rest = rest[rest.index(after: close)...]
        }
        return append(rest, to: result)
    }

    private func append(_ literal: Substring, to markup: Markup) -> Markup {
        guard language == .korean, let last = markup.plain.last else { return markup + Markup(String(literal)) }
        return markup + Markup(Particles.resolved(String(literal), after: last))
    }

    /// What is written where there is no number.
    static let absent = "–"
}

// MARK: Numbers

extension Wording {
    /// A number with a fixed count of decimals, thousands grouped; a dash for what is not finite.
    func fixed(_ value: Double?, _ decimals: Int) -> String {
        guard let value, value.isFinite, value.magnitude < 1e15 else { return Self.absent }
        let text = String(format: "%.\(decimals)f", value.magnitude)
        let parts = text.split(separator: ".", maxSplits: 1)
        let whole = Self.grouped(String(parts.first ?? "0"))
        let isZero = !text.contains { ("1"..."9").contains($0) }
        let sign = value < 0 && !isZero ? "−" : ""
        return sign + whole + (parts.count > 1 ? "." + parts[1] : "")
    }

    /// A number with about four significant digits and no needless zeros.
    func short(_ value: Double?) -> String {
        guard let value, value.isFinite else { return Self.absent }
        let size = value.magnitude
        if size != 0, size < 1e-4 || size >= 1e9 { return Self.scientific(value) }
        let decimals = size >= 1_000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : size >= 0.1 ? 4 : 6
        return Self.trimmed(fixed(value, decimals))
    }

    /// A whole number, thousands grouped.
    func count(_ value: Int) -> String { (value < 0 ? "−" : "") + Self.grouped(String(value.magnitude)) }

    /// A share as a percentage.
    func percent(_ share: Double?, _ decimals: Int = 0) -> String {
        guard let share, share.isFinite else { return Self.absent }
        return fixed(share * 100, decimals) + " %"
    }

    /// A p value.
    func pValue(_ p: Double?) -> String {
        guard let p, p.isFinite else { return Self.absent }
        return p < 0.001 ? "< 0.001" : fixed(p, 3)
    }

    /// A p value as a statement, such as `p = 0.012` or `p < 0.001`.
    func pStatement(_ p: Double) -> String { p < 0.001 ? "p < 0.001" : "p = " + pValue(p) }

    /// A probability that never claims certainty.
    func probability(_ p: Double) -> String {
        if p > 0.999 { return self(.probabilityAlmostOne) }
        if p < 0.001 { return self(.probabilityAlmostZero) }
        return percent(p, 1)
    }

    static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var result = Substring(text)
        while result.last == "0" { result = result.dropLast() }
        if result.last == "." { result = result.dropLast() }
        return String(result)
    }

    private static func scientific(_ value: Double) -> String {
        String(format: "%.3g", value).replacingOccurrences(of: "-", with: "−")
    }

    private static func grouped(_ digits: String) -> String {
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return result
    }
}

// MARK: Times

extension Wording {
    /// The date and time of day in the goal's time zone, such as `2026-11-03 14:00`.
    func time(_ time: Timestamp) -> String {
        let part = parts(time)
        return String(format: "%04d-%02d-%02d %02d:%02d", part.year, part.month, part.day, part.hour, part.minute)
    }

    /// The date in the goal's time zone.
    func date(_ time: Timestamp) -> String {
        let part = parts(time)
        return String(format: "%04d-%02d-%02d", part.year, part.month, part.day)
    }

    /// The day of the month, such as `11-03`, for an axis.
    func dayOnAxis(_ time: Timestamp) -> String {
        let part = parts(time)
        return String(format: "%02d-%02d", part.month, part.day)
    }

    /// The time of day for an axis.
    func hourOnAxis(_ time: Timestamp) -> String {
        let part = parts(time)
        return String(format: "%02d:%02d", part.hour, part.minute)
    }

    private func parts(_ time: Timestamp) -> (year: Int, month: Int, day: Int, hour: Int, minute: Int) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let part = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: time.date)
        return (part.year ?? 0, part.month ?? 0, part.day ?? 0, part.hour ?? 0, part.minute ?? 0)
    }
}
