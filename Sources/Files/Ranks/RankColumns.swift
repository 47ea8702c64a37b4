// SPDX-License-Identifier: Apache-2.0

/// Which column of a table of ranks says what, found by the header unless it is named.
package struct RankColumns: Sendable, Hashable {
    /// What a column can say.
    package enum Role: String, Sendable, CaseIterable {
        case time
        case rank
        case product
        case name
        case keyword
        case source
        case observer
        case depth
        case found
        case own
    }

    /// The columns of each role; those of a product and of a keyword are joined.
    package private(set) var names: [Role: [String]] = [:]

    /// Names that are usual for a role, best first, as written without case, blanks, hyphens and underscores.
    private static let usual: [(role: Role, names: [String])] = [
        (
            .time,
            [
                "time", "timestamp", "datetime", "date", "measuredat", "observedat", "checkedat", "collectedat",
                "seenat",
                "chartdate", "day", "week", "hour", "측정일시", "측정일", "조회일시", "조회일", "일시", "날짜", "시간", "시각",
            ]
        ),
        (
            .rank,
            [
                "rank", "observedrank", "ranking", "position", "place", "weeklyrank", "dailyrank", "currentrank", "순위",
                "랭킹",
            ]
        ),
        (
            .product,
            [
                "productid", "product", "appid", "itemid", "item", "asin", "sku", "series", "url", "link", "상품번호",
                "상품코드", "상품id", "상품url", "상품",
            ]
        ),
        (.name, ["productname", "name", "title", "showtitle", "appname", "상품명", "이름", "제목"]),
        (.keyword, ["keyword", "query", "searchterm", "term", "list", "category", "chart", "키워드", "검색어", "카테고리"]),
        (.source, ["source", "channel", "marketplace", "mall", "출처", "채널", "마켓"]),
        (.observer, ["observer", "checker", "worker", "agent", "device", "관측자", "측정자"]),
        (.depth, ["depth", "limit", "listsize", "searched", "깊이", "조회범위"]),
        (.found, ["found", "inlist", "listed", "노출", "노출여부"]),
        (.own, ["own", "isown", "mine", "자사", "자사여부"]),
    ]

    /// Columns that together are a product or a list.
    private static let parts: [(role: Role, sets: [[String]])] = [
        (.product, [["title", "artist"], ["showtitle", "seasontitle"]]),
        (.keyword, [["country", "media", "feed"], ["country", "category"]]),
    ]

    /// Finds the columns; `named` goes before what a header suggests.
    ///
    /// Throws for a column that is not there, and where time, rank or product is not found.
    package init(_ reader: CSVReader, named: [Role: String]) throws(CSVError) {
        for (role, name) in named.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let columns = name.split(separator: "+", omittingEmptySubsequences: true).map(String.init)
            for column in columns { _ = try reader.column(column) }
            names[role] = columns
        }
        let known = Dictionary(reader.headers.map { (Self.plain($0), $0) }) { first, _ in first }
        for (role, sets) in Self.parts where names[role] == nil {
            names[role] = sets.first { set in set.allSatisfy { known[$0] != nil } }?.compactMap { known[$0] }
        }
        for (role, candidates) in Self.usual where names[role] == nil {
            let taken = Set(names.filter { $0.key != .name }.values.joined())
            guard let column = candidates.lazy.compactMap({ known[$0] }).first(where: { !taken.contains($0) }) else {
                continue
            }
            names[role] = [column]
        }
        if names[.product] == nil, let name = names[.name] { names[.product] = name }
        for role in [Role.time, .rank, .product] where names[role] == nil {
            throw CSVError(
                line: 1,
                column: role.rawValue,
                problem: "no column is the \(role.rawValue)",
                remedy: "name it with --column \(role.rawValue)=NAME; the columns are "
                    + reader.headers.prefix(30).joined(separator: ", ")
            )
        }
    }

    /// The columns of a role, in words; nil without any.
    package func text(_ role: Role) -> String? { names[role]?.joined(separator: " + ") }

    private static func plain(_ header: String) -> String {
        String(header.lowercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "-" })
    }
}
