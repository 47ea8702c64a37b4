// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Files
import Foundation

/// The options that say what a file of ranks does not.
struct RankTableOptions: ParsableArguments {
    @Option(
        name: .customLong("column"),
        help: """
            Which column is what, as ROLE=NAME or ROLE=NAME+NAME; may be given again. Roles: time, rank, product, name, keyword, source, \
            observer, depth, found, own. Without it, by the usual names.
            """
    )
    var columns: [String] = []

    @Option(
        help: "How deep the lists were looked at; a rank beyond is 'not in the list'. Found from the ranks otherwise."
    )
    var depth: Int?

    @Option(name: .customLong("source"), help: "The source of a file without a column for it.")
    var source = "file"

    @Option(name: .customLong("observer"), help: "The observer of a file without a column for it.")
    var observer = "file"

    @Option(help: "Where times without a zone were read off the clock, such as Asia/Seoul.")
    var timeZone = "UTC"

    @Option(name: .customLong("own"), help: "One of your own products, by identifier or name; may be given again.")
    var own: [String] = []

    func validate() throws {
        if let depth, !(1...10_000).contains(depth) {
            throw ValidationError("--depth: got '\(depth)'; give 1 to 10,000")
        }
        guard TimeZone(identifier: timeZone) != nil else {
            throw ValidationError("--time-zone: got '\(timeZone)'; give a name such as Asia/Seoul or UTC")
        }
        _ = try roles()
    }

    /// The time zone.
    var zone: TimeZone { TimeZone(identifier: timeZone) ?? .gmt }

    private func roles() throws -> [RankColumns.Role: String] {
        var roles: [RankColumns.Role: String] = [:]
        for column in columns {
            let parts = column.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let role = RankColumns.Role(rawValue: parts[0]) else {
                throw ValidationError("--column: got '\(column)'; give ROLE=NAME, such as rank=position")
            }
            guard roles.updateValue(parts[1], forKey: role) == nil else {
                throw ValidationError("--column: got '\(column)'; name the column of \(parts[0]) once")
            }
        }
        return roles
    }

    /// Reads a file; throws exit code 66 when it cannot be read, and 65 when its content is wrong.
    func read(_ file: String, keyword: String = "") throws -> RankTable {
        var options = RankTable.Options()
        options.columns = try roles()
        options.depth = depth
        options.source = source
        options.observer = observer
        options.keyword = keyword
        options.timeZone = zone
        options.own = Set(own)
        do throws(CSVError) {
            return try RankTable(path: file, options: options)
        } catch {
            throw (error.isUnreadable ? ExitCode.noInput : .dataError).saying("\(file): \(error)")
        }
    }
}
