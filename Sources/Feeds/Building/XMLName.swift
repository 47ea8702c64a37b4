// SPDX-License-Identifier: Apache-2.0

/// An attribute: its name in lower case, with the usual prefix of its namespace, and its value.
struct XMLAttribute {
    var name: String
    var value: String
}

/// An element's name, resolved: what it means to a feed, and how mark-up writes it.
struct XMLName {
    var element: FeedElement
    /// In lower case, with the usual prefix of its namespace.
    var qualified: String
    /// Without prefix, as it was written.
    var local: String
    /// Empty when there is none.
    var namespace: String
    /// Whether its prefix was taken by name, because nothing declares it.
    var isGuessed = false

    /// Resolves a name: by its namespace where that is known, by its prefix otherwise.
    ///
    /// An element without prefix in a foreign namespace is no element of a feed, unless the whole document is in that namespace.
    ///
    /// - Parameters:
    ///   - local: the name without prefix.
    ///   - prefix: nil if there is none.
    ///   - namespace: nil if nothing declares one.
    ///   - root: the namespace of the document's first element.
    init(local: String, prefix: String?, namespace: String?, root: String?) {
        self.local = local
        self.namespace = namespace ?? ""
        let lower = local.lowercased()
        let given = prefix?.lowercased() ?? ""
        var usual = given
        if let namespace, !namespace.isEmpty {
            if let known = FeedVocabulary.prefix(of: namespace) {
                usual = known
            } else if given.isEmpty {
                usual = namespace == root ? "" : "foreign"
            } else if namespace == root {
                usual = ""
            }
        } else if !given.isEmpty {
            isGuessed = true
            if given == "atom" || given == "rss" { usual = "" }
        }
        qualified = usual.isEmpty ? lower : usual + ":" + lower
        element = FeedElement.named(qualified)
    }
}

extension XMLAttribute {
    /// An attribute's name in lower case, with the usual prefix of its namespace.
    static func name(local: String, prefix: String?, namespace: String?) -> String {
        let lower = local.lowercased()
        guard let prefix, !prefix.isEmpty else { return lower }
        let usual = namespace.flatMap(FeedVocabulary.prefix) ?? prefix.lowercased()
        return usual.isEmpty ? lower : usual + ":" + lower
    }
}
