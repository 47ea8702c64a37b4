// SPDX-License-Identifier: Apache-2.0

// The last step of a report: sentences of the sources for each of its stories.
extension TrendAnalyser {
    /// The report with its stories summarised from the material that it was found in.
    package func summarised(_ report: TrendReport, _ material: TrendMaterial) -> TrendReport {
        var report = report
        let summariser = Summariser(tokeniser: tokeniser)
        func summarise(_ stories: inout [TrendReport.Story]) {
            for index in stories.indices {
                let members = (stories[index].members ?? []).filter(material.items.indices.contains)
                stories[index].summary = summariser.summary(of: members.map(material.entry))
                stories[index].members = nil
            }
        }
        for index in report.trends.indices { summarise(&report.trends[index].stories) }
        for category in report.categories.indices {
            for index in report.categories[category].trends.indices {
                summarise(&report.categories[category].trends[index].stories)
            }
        }
        for index in report.watched.indices { summarise(&report.watched[index].stories) }
        return report
    }
}

extension TrendMaterial {
    /// What the summariser needs of an item.
    func entry(_ index: Int) -> Summariser.Item {
        let item = items[index]
        return Summariser.Item(
            title: item.title,
            summary: item.summary,
            source: item.source,
            address: item.address,
            published: item.published
        )
    }
}
