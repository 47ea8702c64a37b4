// SPDX-License-Identifier: Apache-2.0

// The last step of a report: sentences of the sources for each of its stories.
extension TrendAnalyser {
    /// The report with its stories summarised from the material that it was found in.
    package func summarised(_ report: TrendReport, _ material: TrendMaterial) -> TrendReport {
        var report = report
        report.trends = summarised(report.trends, material)
        for index in report.categories.indices {
            report.categories[index].trends = summarised(report.categories[index].trends, material)
        }
        for index in report.watched.indices {
            report.watched[index].stories = summarised(report.watched[index].stories, material)
        }
        return report
    }

    /// The trends with their stories summarised.
    func summarised(_ trends: [TrendReport.Trend], _ material: TrendMaterial) -> [TrendReport.Trend] {
        trends.map { trend in
            var trend = trend
            trend.stories = summarised(trend.stories, material)
            return trend
        }
    }

    private func summarised(_ stories: [TrendReport.Story], _ material: TrendMaterial) -> [TrendReport.Story] {
        let summariser = Summariser(tokeniser: tokeniser)
        return stories.map { story in
            var story = story
            let members = (story.members ?? []).filter(material.items.indices.contains)
            story.summary = summariser.summary(of: members.map(material.entry))
            story.members = nil
            return story
        }
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
