// SPDX-License-Identifier: Apache-2.0
import Domain

/// Which columns a reader looks for, each under the names that files give it, the likeliest first.
///
/// Names are compared without regard to case, spaces, hyphens and underscores.
struct RecordColumns: Sendable {
    /// A column and its names.
    struct Column: Sendable {
        let key: String
        let names: [String]
        let isNeeded: Bool

        init(_ key: String, _ names: [String], isNeeded: Bool = false) {
            self.key = key
            self.names = names
            self.isNeeded = isNeeded
        }
    }

    let columns: [Column]

    /// The places of the columns that a table has; a place is given to one column only.
    func places(in headers: [String]) -> [String: Int] {
        let folded = headers.map(Self.folded)
        var places: [String: Int] = [:]
        var taken: Set<Int> = []
        for column in columns {
            for name in column.names {
                guard let place = folded.firstIndex(of: name), !taken.contains(place) else { continue }
                places[column.key] = place
                taken.insert(place)
                break
            }
        }
        return places
    }

    /// The keys of the columns that an object has.
    func keys(in members: [String: JSONValue]) -> [String: String] {
        let headers = members.keys.sorted()
        return places(in: headers).mapValues { headers[$0] }
    }

    /// How to call a needed column that is not among those found; nil if none is missing.
    func missing(in found: Set<String>) -> String? {
        guard let column = columns.first(where: { $0.isNeeded && !found.contains($0.key) }) else { return nil }
        return "for the \(column.key) (such as '\(column.names[0])')"
    }

    private static func folded(_ name: String) -> String {
        String(name.lowercased().unicodeScalars.filter { !$0.properties.isWhitespace && $0 != "-" && $0 != "_" })
    }
}
