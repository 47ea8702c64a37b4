// SPDX-License-Identifier: Apache-2.0
import Domain
import Feeds

extension JSONValue {
    /// A whole number from 0, also where it is written as text; nil for anything else.
    var count: Int? {
        switch self {
        case .integer(let number): number >= 0 ? Int(exactly: number) : nil
        case .string(let text): Int(text).flatMap { $0 >= 0 ? $0 : nil }
        case .number(let number):
            number >= 0 && number < 1e15 && number == number.rounded() ? Int(number) : nil
        default: nil
        }
    }

    /// A text as it is, or a number as text; nil for what is empty.
    var text: String? {
        switch self {
        case .string(let text): text.isEmpty ? nil : text
        case .integer(let number): "\(number)"
        default: nil
        }
    }

    /// A text without mark-up, named characters replaced; nil for what is empty.
    var plain: String? {
        guard let text else { return nil }
        let plain = HTMLText.plain(text)
        return plain.isEmpty ? nil : plain
    }

    /// An instant; nil for what is no date.
    var instant: Timestamp? { text.flatMap { FeedDate.timestamp(of: $0) } }

    /// The elements of an array; none for anything else.
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
}

/// Items that a page has, and how many of it make no sense.
struct PageItems<Item> {
    var items: [Item] = []
    private var bad = 0

    /// Reads what is under a key; nil for an element is one that makes no sense.
    init(_ elements: [JSONValue], _ read: (JSONValue) -> Item?) {
        for element in elements {
            if let item = read(element) { items.append(item) } else { bad += 1 }
        }
    }

    /// What to tell of those that make no sense; nil where there are none.
    func problem(_ source: String, _ what: String) -> SourceProblem? {
        guard bad > 0 else { return nil }
        let failure = Failure(
            .invalid,
            "\(source) gave \(bad) of \(bad + items.count) items without \(what); they were left out"
        )
        return SourceProblem(source: source, failure: failure)
    }
}
