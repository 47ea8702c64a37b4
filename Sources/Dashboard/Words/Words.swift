// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation
package import Reports

/// The words of the pages in one language.
package struct Words: Sendable {
    package let language: ReportLanguage
    private let calendar: Calendar

    /// Creates the words of a language; times are those of a zone, by its IANA name.
    package init(_ language: ReportLanguage, zone: String = "Asia/Seoul") {
        self.language = language
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
        self.calendar = calendar
    }

    /// Creates the words as somebody wants them who looks at a page.
    package init(_ visitor: Visitor) {
        self.init(visitor.language, zone: visitor.zone)
    }

    /// A word.
    package func callAsFunction(_ word: Word) -> String {
        let (english, korean) = word.both
        return language == .korean ? korean : english
    }

    /// A sentence with values in the places of {0}, {1} ….
    package func callAsFunction(_ word: Word, _ values: String...) -> String {
        values.enumerated().reduce(self(word)) { $0.replacing("{\($1.offset)}", with: $1.element) }
    }

    /// What the template of the frame itself says.
    var frame: [String: String] {
        let words: [(String, Word)] = [
            ("skip", .skip), ("menu", .menu), ("navigation", .navigation), ("languageChoice", .languageChoice),
            ("themeChoice", .themeChoice), ("liveLost", .liveLost), ("liveBack", .liveBack),
            ("liveEnded", .liveEnded),
            ("sendFailed", .sendFailed), ("signOut", .signOut),
        ]
        return Dictionary(uniqueKeysWithValues: words.map { ($0.0, self($0.1)) })
    }

    /// A number with at most so many decimals, without needless zeros; a dash for none.
    package func number(_ value: Double?, decimals: Int = 2) -> String {
        guard let value, value.isFinite, value.magnitude < 1e15 else { return "–" }
        let scale = (0..<decimals).reduce(1.0) { value, _ in value * 10 }
        let rounded = (value * scale).rounded() / scale
        if let whole = Int64(exactly: rounded) { return count(Int(whole)) }
        return String(rounded)
    }

    /// A whole number in groups of three.
    package func count(_ value: Int) -> String {
        var groups: [String] = []
        var rest = value.magnitude
        while rest >= 1_000 {
            let part = String(rest % 1_000)
            groups.append(String(repeating: "0", count: 3 - part.count) + part)
            rest /= 1_000
        }
        groups.append(String(rest))
        return (value < 0 ? "−" : "") + groups.reversed().joined(separator: ",")
    }

    /// A share as a percentage.
    package func share(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "–" }
        return number(value * 100, decimals: 0) + " %"
    }

    /// An instant, given in RFC 3339, as day and minute in the reader's time zone.
    package func time(_ text: String?) -> String {
        guard let text else { return "–" }
        guard let date = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        else { return text }
        return time(date)
    }

    private func time(_ date: Date) -> String {
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        func two(_ value: Int?) -> String { (value ?? 0) < 10 ? "0\(value ?? 0)" : "\(value ?? 0)" }
        return "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day)) \(two(parts.hour)):\(two(parts.minute))"
    }

    /// A cell with an instant, which leads somewhere where there is an address.
    func instant(_ text: String?, href: String? = nil) -> DataTable.Cell {
        var cell = DataTable.Cell.short(time(text))
        cell.href = href
        cell.instant = text
        return cell
    }

    /// A length of time in its two largest units.
    package func span(seconds: Int64) -> String {
        let units: [(Int64, Word)] = [(86_400, .days), (3_600, .hours), (60, .minutes), (1, .seconds)]
        var rest = max(seconds, 0)
        var parts: [String] = []
        for (length, word) in units where rest >= length && parts.count < 2 {
            parts.append(self(word, String(rest / length)))
            rest %= length
        }
        return parts.isEmpty ? self(.seconds, "0") : parts.joined(separator: " ")
    }

    /// A sentence that was recorded in English, in this language where it is known.
    package func told(_ sentence: String) -> String { language.told(sentence) }

    // MARK: States

    /// A campaign's status, and how it is meant.
    package func status(_ status: CampaignStatus) -> (text: String, tone: Tone) {
        switch status {
        case .draft: (self(.draft), .plain)
        case .awaitingApproval: (self(.awaitingApproval), .bad)
        case .rejected: (self(.rejected), .plain)
        case .expired: (self(.expired), .plain)
        case .ready: (self(.ready), .live)
        case .running: (self(.running), .live)
        case .paused: (self(.paused), .bad)
        case .completed: (self(.completed), .good)
        case .stopped: (self(.stopped), .plain)
        case .failed: (self(.failed), .bad)
        }
    }

    /// What a running campaign does.
    package func stage(_ stage: CampaignStage) -> String {
        switch stage {
        case .baseline: self(.baseline)
        case .searching: self(.searching)
        case .finalists: self(.finalists)
        case .confirming: self(.confirming)
        case .afterwards: self(.afterwards)
        case .finished: self(.finished)
        }
    }

    /// An order, as its button says it.
    package func order(_ order: CampaignOrder) -> String {
        switch order {
        case .approve: self(.approve)
        case .reject: self(.reject)
        case .start: self(.start)
        case .pause: self(.pause)
        case .resume: self(.resume)
        case .stop: self(.stop)
        case .fail: self(.failIt)
        case .conclude: self(.conclude)
        case .newGeneration: self(.newGeneration)
        case .stopGeneration: self(.stopGeneration)
        }
    }

    /// What an order does, before it is confirmed.
    package func meaning(_ order: CampaignOrder) -> String {
        switch order {
        case .approve: self(.approveMeans)
        case .reject: self(.rejectMeans)
        case .start: self(.startMeans)
        case .pause: self(.pauseMeans)
        case .resume: self(.resumeMeans)
        case .stop: self(.stopMeans)
        case .fail: self(.failMeans)
        case .conclude: self(.concludeMeans)
        case .newGeneration: self(.newGenerationMeans)
        case .stopGeneration: self(.stopGenerationMeans)
        }
    }

    /// How urgent an alert is.
    package func severity(_ severity: Alert.Severity) -> (text: String, tone: Tone) {
        switch severity {
        case .notice: (self(.notice), .plain)
        case .warning: (self(.warning), .bad)
        case .critical: (self(.critical), .bad)
        }
    }

    /// A worker's state.
    package func worker(_ state: WorkerState) -> (text: String, tone: Tone) {
        switch state {
        case .starting: (self(.workerStarting), .plain)
        case .idle: (self(.workerIdle), .good)
        case .working: (self(.workerWorking), .live)
        case .suspect: (self(.workerSuspect), .bad)
        case .unresponsive: (self(.workerUnresponsive), .bad)
        case .restarting: (self(.workerRestarting), .plain)
        case .isolated: (self(.workerIsolated), .bad)
        case .draining: (self(.workerDraining), .plain)
        case .offline: (self(.workerOffline), .plain)
        }
    }
}
