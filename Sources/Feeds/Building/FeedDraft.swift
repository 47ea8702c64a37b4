// SPDX-License-Identifier: Apache-2.0
import Domain

/// What is known so far of a feed or an entry.
struct FeedDraft {
    var entry = FeedEntry()
    /// The depth of the elements that gave title, summary and id: one further in does not replace one further out.
    private var titleDepth = Int.max
    private var summaryDepth = Int.max
    private var idDepth = Int.max
    /// The depth of the feed's or entry's own title; other vocabularies' titles do not replace it.
    var ownTitleDepth: Int?
    var hasContent = false
    /// A magazine's date, for entries that have no other.
    var coverDate: Timestamp?

    /// Takes a title, unless one closer to the entry is known.
    mutating func take(title: FeedText, depth: Int, isForeign: Bool) {
        if let own = ownTitleDepth, own <= depth { return }
        if !isForeign, !title.value.isEmpty { ownTitleDepth = depth }
        guard depth <= titleDepth else { return }
        titleDepth = depth
        entry.title = title.value.isEmpty ? nil : title
    }

    mutating func take(summary: FeedText, depth: Int) {
        guard depth <= summaryDepth else { return }
        summaryDepth = depth
        entry.summary = summary.value.isEmpty ? nil : summary
    }

    mutating func take(id: String, depth: Int) {
        guard depth <= idDepth else { return }
        idDepth = depth
        entry.id = id.isEmpty ? nil : id
    }

    mutating func add(_ category: FeedCategory) {
        if !category.term.isEmpty, !entry.categories.contains(category) { entry.categories.append(category) }
    }
}
