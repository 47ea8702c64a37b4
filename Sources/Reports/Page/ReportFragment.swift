// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One section of a page that `Reports` wrote, for pages that show it within a frame of their own.
package struct ReportFragment: Hashable, Sendable {
    /// The anchor, such as `answer`.
    package let id: String
    /// The heading as plain text.
    package let title: String
    /// What follows the heading: HTML that is escaped already.
    package let html: String

    /// The sections of a whole page, in its order; none of a text that is no such page.
    package static func sections(ofPage page: String) -> [ReportFragment] {
        var fragments: [ReportFragment] = []
        var rest = page[...]
        while let start = rest.range(of: "<section id=\""), let open = rest[start.upperBound...].firstIndex(of: "\""),
            let heading = rest[open...].range(of: "-title\">"),
            let body = rest[heading.upperBound...].range(of: "</h2>"),
            let end = rest[body.upperBound...].range(of: "</section>")
        {
            // The heading's own mark comes after the section's.
            let title = rest[heading.upperBound..<body.lowerBound]
            let text = title.range(of: ">").map { title[$0.upperBound...] } ?? title
            fragments.append(
                ReportFragment(
                    id: String(rest[start.upperBound..<open]),
                    title: plain(String(text)),
                    html: String(rest[body.upperBound..<end.lowerBound])
                )
            )
            rest = rest[end.upperBound...]
        }
        return fragments
    }

    /// The text that an escaped one stands for.
    private static func plain(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(text) { $0.replacing($1.0, with: $1.1) }
            .trimmingPrefix("\n").description
    }
}
