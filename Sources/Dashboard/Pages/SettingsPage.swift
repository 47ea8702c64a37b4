// SPDX-License-Identifier: Apache-2.0

/// The settings that hold now, and where each comes from.
package struct SettingsPage: Sendable {
    /// One setting; secrets must be masked already.
    package struct Row: Sendable {
        package var key: String
        package var value: String
        /// `default`, `flags`, a variable or a file.
        package var source: String
        package var variable: String
        package var help: String

        /// Creates the value from its parts.
        package init(key: String, value: String, source: String, variable: String, help: String) {
            self.key = key
            self.value = value
            self.source = source
            self.variable = variable
            self.help = help
        }
    }

    package var rows: [Row]

    /// Creates a page of settings.
    package init(rows: [Row]) {
        self.rows = rows
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor)
        let table = DataTable(
            words(.settings),
            [words(.name), words(.value), words(.source), words(.variable)],
            rows.map { row in
                let source: String =
                    switch row.source {
                    case "default": words(.sourceDefault)
                    case "flags": words(.sourceFlags)
                    default: row.source
                    }
                return [
                    .wide(row.key, note: words.help(of: row.key, row.help)), .text(words.value(ofSetting: row.value)),
                    .text(source),
                    .text(row.variable),
                ]
            }
        )
        return DashboardPage(
            .settings,
            words(.settings),
            lead: words(.settingsLead),
            [PageSection("table", nil, [.table(table)])]
        )
    }
}
