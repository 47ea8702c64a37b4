// SPDX-License-Identifier: Apache-2.0

import TrendAnalysis

/// Stories with the sentences that tell them, each with its source, address and date.
struct StoryBlocks: Sendable {
    let wording: Wording

    /// The blocks of stories whose place in the machine-readable result is the key's `stories`.
    func blocks(_ stories: [TrendReport.Story], _ key: String) -> [Block] {
        stories.enumerated().flatMap { index, story -> [Block] in
            let size = wording.marked(.storySize, count(story.items, "\(key).stories[\(index)].items"))
            let sentences = story.summary.sentences.enumerated().map { place, sentence in
                line(sentence, "\(key).stories[\(index)].summary.sentences[\(place)]")
            }
            let head = Block.paragraph(Markup(story.title) + Markup(" (") + size + Markup(")"))
            return sentences.isEmpty ? [head] : [head, .list(sentences)]
        }
    }

    private func line(_ sentence: StorySummary.Sentence, _ key: String) -> Markup {
        let source = Markup.link(
            sentence.source.isEmpty ? wording(.sourceUnnamed) : sentence.source,
            to: sentence.address
        )
        var line = Markup(sentence.text + " — ") + source + Markup(", " + wording.date(sentence.published))
        if let items = sentence.itemsWithItsFigures {
            line = line + Markup("; ") + wording.marked(.figuresIn, count(items, key + ".itemsWithItsFigures"))
        }
        return line
    }

    private func count(_ value: Int, _ key: String) -> Markup { wording.figure(Figure(Double(value), key), .count) }
}
