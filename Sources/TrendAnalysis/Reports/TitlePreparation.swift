// SPDX-License-Identifier: Apache-2.0

import Domain

/// The titles of items made ready, each by itself and several at the same time: cut into words, without their publishers' names.
///
/// This is all that needs a dictionary, and is over before the rest begins to need memory.
struct TitlePreparation: Sendable {
    private(set) var words = TitleWords()
    /// The words of each title.
    private(set) var titles = TokenLists()
    /// The words of summaries; where `isWhole`, those of title and summary together.
    private(set) var summaries = TokenLists()
    private(set) var isWhole: [Bool] = []
    /// How many bytes of each title are left without its publisher's name.
    private(set) var lengths: [Int32] = []
    /// Hashes of the addresses' canonical forms; 0 where there is no address.
    private(set) var addresses: [UInt64] = []
    private(set) var languages: [String] = []

    /// Makes the titles of all items ready.
    init(of items: TrendItems, _ tokeniser: any Tokeniser) {
        let suffixes = PublisherSuffixes(items.indices.lazy.map { (title: items.title($0), source: items.source($0)) })
        self = PiecewiseWork.run(items.count, into: Self(room: items.count)) { range in
            Piece(items, range, suffixes, tokeniser)
        } take: { preparation, piece in
            preparation.take(piece)
        }
        tokeniser.rest()
    }

    /// The words of an item's title and summary.
    func text(_ index: Int) -> [Int32] {
        let title = isWhole[index] ? [] : titles.range(index).map(titles.word)
        return title + summaries.range(index).map(summaries.word)
    }

    private init(room: Int) {
        isWhole.reserveCapacity(room)
        lengths.reserveCapacity(room)
        addresses.reserveCapacity(room)
        languages.reserveCapacity(room)
    }

    private mutating func take(_ piece: Piece) {
        for title in piece.titles {
            titles.append(piece.buffer, title.words, &words)
            summaries.append(piece.buffer, title.summary, &words)
            isWhole.append(title.isWhole)
            lengths.append(Int32(clamping: title.length))
            addresses.append(title.address)
            languages.append(title.language)
        }
    }

    /// Some titles that are ready.
    private struct Piece: Sendable {
        struct Title: Sendable {
            var length: Int
            var address: UInt64
            var language: String
            /// Which words of the buffer are the title's, and the summary's.
            var words: Range<Int>
            var summary: Range<Int>
            var isWhole: Bool
        }

        private(set) var buffer = TokenBuffer()
        private(set) var titles: [Title] = []

        init(_ items: TrendItems, _ range: Range<Int>, _ suffixes: PublisherSuffixes, _ tokeniser: any Tokeniser) {
            titles.reserveCapacity(range.count)
            for index in range { add(index, of: items, suffixes, tokeniser) }
        }

        private mutating func add(
            _ index: Int,
            of items: TrendItems,
            _ suffixes: PublisherSuffixes,
            _ tokeniser: any Tokeniser
        ) {
            let title = suffixes.stripped(items.title(index), source: items.source(index))
            let summary = items.summary(index)
            let start = buffer.count
            tokeniser.tokenise(title, into: &buffer)
            let end = buffer.count
            // Of Korean the sense of the whole decides where a word ends, so that both are read as one text.
            let isWhole = !summary.isEmpty && (HangulRuns.isThere(title) || HangulRuns.isThere(summary))
            tokeniser.tokenise(isWhole ? "\(title) · \(summary)" : summary, into: &buffer)
            let stated = items.language(index).map { String($0.prefix { $0 != "-" && $0 != "_" }).lowercased() }
            titles.append(
                Title(
                    length: title.utf8.count,
                    // No hash is 0, which stands for none.
                    address: items.address(index).map { SplitMix64.seed(0, CanonicalAddress.canonical($0)) | 1 } ?? 0,
                    language: stated ?? LanguageGuess.language(of: title) ?? "und",
                    words: start..<end,
                    summary: end..<buffer.count,
                    isWhole: isWhole
                )
            )
        }
    }
}
