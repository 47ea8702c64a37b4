// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import TrendAnalysis

/// What a run of `trend-videos` found, for a terminal.
struct VideoText {
    let findings: VideoFindings
    let top: Int

    init(_ findings: VideoFindings, top: Int) {
        self.findings = findings
        self.top = top
    }

    private var report: VideoReport { findings.report }

    /// The lines.
    var lines: [String] {
        head + table("Watched most beyond what is usual for channel and age:", report.viral)
            + table("Most views to come in 24 hours:", report.growing) + terms + watched
            + TrendText.missing(findings.sources)
    }

    private var head: [String] {
        var lines = [
            "Videos as counted up to \(report.at): \(report.videos) read, \(report.counted) counted \(report.sights) times"
        ]
        if let remark = findings.remark { lines.insert(remark.printable, at: 0) }
        if report.growing.isEmpty, report.viral.isEmpty { lines.append("No video was counted that could be ranked.") }
        if let unpaced = report.unpaced {
            lines.append(
                "\(Self.videos(unpaced)) counted once, with no date of publication: no speed can be told before a second count"
            )
        }
        return lines
    }

    private func table(_ title: String, _ videos: [VideoReport.Video]) -> [String] {
        guard !videos.isEmpty else { return [] }
        let head = ["", "views", "an hour", "to come in 24 h", "then", "pace", "video", "why"]
        let rows = videos.prefix(top).enumerated().map { index, video in
            [
                "\(index + 1)", "\(video.views)", Self.whole(video.velocity), Self.whole(video.dailyGrowth),
                Self.whole(video.forecast),
                TrendText.tenths(video.pace) + "×", Self.cut(video.title),
                video.reasons.map(\.rawValue).joined(separator: ", "),
            ]
        }
        return ["", title] + TextTable.lines([head] + rows)
    }

    private var terms: [String] {
        guard !report.terms.isEmpty else { return [] }
        let rows = report.terms.prefix(top).map { term in
            [
                "", term.term, term.stage.rawValue, Self.videos(term.count),
                "\(TrendText.tenths(term.expected)) expected",
            ]
        }
        return ["", "Subjects that rise in titles:"] + TextTable.lines(rows)
    }

    private var watched: [String] {
        guard !findings.watched.isEmpty else { return [] }
        let rows = findings.watched.map { subject in
            [
                "", subject.name, Self.videos(subject.videos),
                subject.titles.prefix(2).map(Self.cut).joined(separator: "; "),
            ]
        }
        return ["", "Watched:"] + TextTable.lines(rows)
    }

    private static func videos(_ count: Int) -> String { "\(count) video\(count == 1 ? "" : "s")" }

    private static func whole(_ value: Double) -> String { value.isFinite ? String(format: "%.0f", value) : "–" }

    private static func cut(_ title: String) -> String {
        title.count > 60 ? String(title.prefix(59)) + "…" : title
    }
}
