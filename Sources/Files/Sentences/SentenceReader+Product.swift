// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The product: what a quotation names, or what is left when everything else was read.
extension SentenceReader {
    mutating func readProduct() {
        let named = quotedProducts()
        if named.count == 1, let only = named.first {
            found(.product, only.text, in: only.range)
        } else if named.count > 1 {
            ask(.product, .several, about: named)
        } else {
            readProductFromRest()
            return readProductFromKeyword()
        }
        noteUnread(phrases())
    }

    /// What stands in quotation marks behind a "for" is a search word where a product is named, and the product where none is.
    private mutating func readProductFromKeyword() {
        guard isOpen(.product), isOpen(.url), quotedFor.count == 1, let only = quotedFor.first else { return }
        move(only, from: .keywords, to: .product)
    }

    /// The quotations that no keyword took, with their marks and the particle behind.
    private func quotedProducts() -> [Phrase] {
        let rest = text.rest as String as NSString
        let left = quotations.filter { rest.substring(with: $0).allSatisfy { $0 == SentenceText.quoted } }
        return left.map { inner in
            let whole = NSRange(location: max(inner.location - 1, 0), length: inner.length + 2)
            let range = NSIntersectionRange(whole, NSRange(location: 0, length: rest.length))
            return Phrase(text: text.words(inner), range: withTail(range), isMarked: true)
        }
    }

    private mutating func readProductFromRest() {
        let all = phrases()
        var marked: [Phrase] = []
        for phrase in all
        where phrase.isMarked && !phrase.text.isEmpty && !marked.contains(where: { $0.text == phrase.text }) {
            marked.append(phrase)
        }
        let named = all.filter { !$0.text.isEmpty && !Self.politeEnd.fits($0.text) }
        let chosen = marked.count == 1 ? marked.first : named.count == 1 ? named.first : nil
        guard let chosen else {
            let candidates = marked.isEmpty ? named : marked
            if !candidates.isEmpty { ask(.product, .several, about: candidates) }
            return noteUnread(all.filter { phrase in !candidates.contains { $0.range == phrase.range } })
        }
        if !hasRead {
            // Words alone may be anything.
            ask(.product, .isProduct, about: [chosen])
        } else if let rest = chosen.doubtful {
            // More than a name stands there: what it may be is proposed, and the whole of it too.
            ask(.product, .isProduct, about: [Phrase(text: rest, range: chosen.range, isMarked: false), chosen])
        } else if !chosen.isMarked, let stem = Self.subject(chosen.text), Self.comesUp.fits(text.original as String) {
            // 고양이 and 감귤이 look the same: only one of them has a particle.
            let range = chosen.range
            ask(
                .product,
                .several,
                about: [
                    Phrase(text: stem, range: range, isMarked: false),
                    Phrase(text: chosen.text, range: range, isMarked: false),
                ]
            )
        } else {
            found(.product, chosen.text, in: chosen.range)
        }
        noteUnread(all.filter { $0.range != chosen.range && $0.text != chosen.text })
    }

    /// Words that end so are a request, not a name.
    static let politeEnd = SentencePattern("(?:주세요|줘|세요|습니다|어요|아요|해요|까요|네요|군요|는데요)$")
    /// A verb whose subject the product would be.
    static let comesUp = SentencePattern(
        "나오게|나오도록|들어가|들게|들도록|오르게|오르도록|올라가|보이게|보이도록|뜨게|되게|되도록|노출되|됐으면|떨어지|밀려|위(?:예요|이에요|야|이야|입니다|인데|다)(?![가-힣])"
    )

    /// A text without the 이 or 가 at its end that may be a particle; nil without one.
    private static func subject(_ text: String) -> String? {
        guard let last = text.last, last == "이" || last == "가", text.count >= 2 else { return nil }
        let stem = text.dropLast()
        guard let scalar = stem.unicodeScalars.last else { return nil }
        guard (0xAC00...0xD7A3).contains(scalar.value) else { return String(stem) }
        let hasFinal = (scalar.value - 0xAC00) % 28 != 0
        return hasFinal == (last == "이") ? String(stem) : nil
    }

    private mutating func noteUnread(_ phrases: [Phrase]) {
        unread += phrases.map { text.words($0.range) }
    }
}
