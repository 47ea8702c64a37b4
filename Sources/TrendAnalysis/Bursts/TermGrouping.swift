// SPDX-License-Identifier: Apache-2.0

/// Makes one of terms that are in the same titles, so that a subject takes one place of a list.
struct TermGrouping {
    /// A subject: the term that leads, and all that belong to it.
    struct Group {
        /// Index of the burst that leads.
        let lead: Int
        /// Index of the burst whose term names the subject best.
        var label: Int
        /// Indices of the bursts, the leading one first.
        var members: [Int]
    }

    /// Share of a term's titles that must be the leading term's.
    static let overlap = 0.5
    /// Share of the leading term's titles that a longer form of it must have to be the subject's name.
    private let fullForm: Double
    private var bits: [[UInt64]] = []
    private var sizes: [Int] = []

    /// Groups bursts.
    ///
    /// - Parameters:
    ///   - order: Indices of bursts, best first; no more than a few hundred.
    ///   - bursts: All bursts.
    ///   - corpus: Where they are from.
    ///   - window: The window whose titles count.
    ///   - fullForm: Share of titles that makes a longer form the name.
    init(_ order: [Int], _ bursts: [Burst], _ corpus: TitleCorpus, _ window: BurstWindow, fullForm: Double) {
        self.fullForm = fullForm
        let titles = corpus.titles(from: window.first, through: window.last)
        var place = [Int32](repeating: -1, count: corpus.termCount)
        for (position, index) in order.enumerated() { place[Int(bursts[index].term)] = Int32(position) }
        bits = [[UInt64]](repeating: [UInt64](repeating: 0, count: titles.count / 64 + 1), count: order.count)
        sizes = [Int](repeating: 0, count: order.count)
        for (offset, title) in titles.enumerated() {
            for position in corpus.termRange(title) {
                let entry = place[Int(corpus.titleTerms[position])]
                guard entry >= 0 else { continue }
                bits[Int(entry)][offset >> 6] |= 1 << UInt64(offset & 63)
                sizes[Int(entry)] += 1
            }
        }
    }

    private func shared(_ a: Int, _ b: Int) -> Int {
        var sum = 0
        for word in bits[a].indices { sum += (bits[a][word] & bits[b][word]).nonzeroBitCount }
        return sum
    }

    /// The first groups, best first.
    func groups(_ order: [Int], _ bursts: [Burst], _ corpus: TitleCorpus, most: Int) -> [Group] {
        var groups: [Group] = []
        var leads: [Int] = []
        var byStem: [String: Int] = [:]
        for (position, index) in order.enumerated() {
            let text = corpus.text(of: bursts[index].term)
            let stem = Self.stem(text)
            let known =
                byStem[stem]
                ?? leads.firstIndex { lead in
                    Double(shared(position, lead)) >= Self.overlap * Double(sizes[position])
                }
            guard let group = known else {
                if groups.count < most {
                    byStem[stem] = groups.count
                    groups.append(Group(lead: index, label: index, members: [index]))
                    leads.append(position)
                }
                continue
            }
            byStem[stem] = byStem[stem] ?? group
            groups[group].members.append(index)
            let label = corpus.text(of: bursts[groups[group].label].term)
            if text.count > label.count, " \(text) ".contains(" \(label) "),
                Double(sizes[position]) >= fullForm * Double(sizes[leads[group]])
            {
                groups[group].label = index
            }
        }
        return groups
    }

    /// A term without the plural's ending, so that `tariff` and `tariffs` are one subject.
    private static func stem(_ text: String) -> String {
        text.split(separator: " ")
            .map { word in
                word.utf8.count > 3 && word.hasSuffix("s") && !word.hasSuffix("ss") ? word.dropLast() : word
            }
            .joined(separator: " ")
    }
}
