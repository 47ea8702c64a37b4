// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Storage

/// What stands for an argument and what does not.
struct StatementTextTests {
    @Test(arguments: [
        ("SELECT 1", "SELECT 1"),
        ("SELECT ?, ?", "SELECT $1, $2"),
        ("VALUES (?,?),(?,?)", "VALUES ($1,$2),($3,$4)"),
        ("SELECT '?', ?", "SELECT '?', $1"),
        ("SELECT 'it''s ?', ?", "SELECT 'it''s ?', $1"),
        ("SELECT \"a?\", ?", "SELECT \"a?\", $1"),
        ("SELECT ? -- ?\n, ?", "SELECT $1 -- ?\n, $2"),
        ("SELECT ? /* ? /* ? */ ? */, ?", "SELECT $1 /* ? /* ? */ ? */, $2"),
        (#"SELECT E'\'?', ?"#, #"SELECT E'\'?', $1"#),
        (#"SELECT '\', ?"#, #"SELECT '\', $1"#),
        (#"SELECT type'\', ?"#, #"SELECT type'\', $1"#),
        ("SELECT $$ ? $$, ?", "SELECT $$ ? $$, $1"),
        ("SELECT $a$ ? $$ ? $a$, ?", "SELECT $a$ ? $$ ? $a$, $1"),
        ("SELECT $1", "SELECT $1"),
        ("SELECT 'open ?", "SELECT 'open ?"),
        ("SELECT $a$ open ?", "SELECT $a$ open ?"),
        ("SELECT /* open ?", "SELECT /* open ?"),
        ("SELECT ?, '두레 ?', ?", "SELECT $1, '두레 ?', $2"),
        ("SELECT ? - ? / ?", "SELECT $1 - $2 / $3"),
        ("?$", "$1$"),
    ])
    func `question marks are numbered where they stand for arguments`(_ sql: String, _ expected: String) {
        #expect(StatementText.numbered(sql) == expected)
    }
}
