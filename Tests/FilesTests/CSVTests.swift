// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Files

@Suite struct CSVTests {
    /// All records of a text as strings.
    static func rows(_ text: String) throws -> (headers: [String], rows: [[String]]) {
        try rows(Data(text.utf8))
    }

    static func rows(_ data: Data) throws -> (headers: [String], rows: [[String]]) {
        var reader = try CSVReader(data: data)
        var rows: [[String]] = []
        while try reader.next() {
            rows.append(try reader.headers.indices.map { try reader.text($0) })
        }
        return (reader.headers, rows)
    }

    static func error(_ text: String) throws -> CSVError {
        try #require(#expect(throws: CSVError.self) { try rows(text) })
    }

    @Test(arguments: [
        "a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4\r", "a,b\n1,2\n3,4", "\n a , b \r\n\n1,2\n\n3,4\n\n",
    ])
    func `every line end and blank lines give the same records`(_ text: String) throws {
        let (headers, rows) = try Self.rows(text)
        #expect(headers == ["a", "b"])
        #expect(rows == [["1", "2"], ["3", "4"]])
    }

    @Test func `quotes hold delimiters, quotes and line breaks`() throws {
        let text = "\"a,1\",b\n\"x \"\"y\"\"\",\" z \"\n\"two\nlines\",\"\"\"\"\n\"\",2 \n"
        let (headers, rows) = try Self.rows(text)
        #expect(headers == ["a,1", "b"])
        #expect(rows == [["x \"y\"", " z "], ["two\nlines", "\""], ["", "2"]])
    }

    @Test func `a record's line counts the line breaks inside quotes`() throws {
        var reader = try CSVReader(data: Data("a\r\n\"1\r\n2\"\r\n\r\n3\r\n".utf8))
        #expect(try reader.next())
        #expect(reader.line == 2)
        #expect(try reader.next())
        #expect(reader.line == 5)
        #expect(try reader.text(0) == "3")
        #expect(try !reader.next())
    }

    @Test(arguments: ["a,b\n1\r2,3\r\n4,5\r", "a,b\r\n1\r2,3\n4,5\n"])
    func `a return alone is part of a cell where lines end otherwise`(_ text: String) throws {
        var reader = try CSVReader(data: Data(text.utf8))
        var rows: [[String]] = []
        while try reader.next() { rows.append([try reader.text(0), try reader.text(1)]) }
        #expect(rows == [["1\r2", "3"], ["4", "5"]])
    }

    @Test(arguments: [(",", false), (";", true), ("\t", false)])
    func `the delimiter is found from the header`(_ delimiter: String, _ hasDecimalComma: Bool) throws {
        let text = ["\"x,;\t\"", "b", "c"].joined(separator: delimiter) + "\n1" + delimiter + "2" + delimiter + "3\n"
        var reader = try CSVReader(data: Data(text.utf8))
        #expect(reader.headers == ["x,;\t", "b", "c"])
        #expect(reader.dialect.hasDecimalComma == hasDecimalComma)
        #expect(try reader.next())
        #expect(try reader.text(2) == "3")
    }

    @Test func `semicolon files have decimal commas`() throws {
        var reader = try CSVReader(data: Data("가격;값\n1,5;-2,25e1\n".utf8))
        #expect(try reader.next())
        #expect(try reader.number(0)?.double == 1.5)
        #expect(try reader.number(1)?.double == -22.5)
    }

    @Test func `a byte-order mark and Korean headers are read`() throws {
        let (headers, rows) = try Self.rows(Data([0xEF, 0xBB, 0xBF]) + Data("제목,전환율\n가,0.1\n".utf8))
        #expect(headers == ["제목", "전환율"])
        #expect(rows == [["가", "0.1"]])
    }

    @Test func `empty, NA, N/A, NaN and null cells are missing, and quoted ones are text`() throws {
        var reader = try CSVReader(data: Data("a,b,c,d,e,f,g\n,NA,n/a,NaN,NULL,\"NA\",none\n".utf8))
        #expect(try reader.next())
        #expect((0..<7).map { reader.isMissing($0) } == [true, true, true, true, true, false, false])
        #expect(try reader.number(3) == nil)
    }

    @Test func `records that cross the ends of chunks are whole`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "dure-\(UUID().uuidString).csv").path
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) } }
        let count = 60_000
        let text = "n,text\r\n" + (0..<count).map { "\($0),\"a\r\n\"\"\($0)\"\"\"\r\n" }.joined()
        try Data(text.utf8).write(to: URL(filePath: path))
        var reader = try CSVReader(path: path)
        var seen = 0
        while try reader.next() {
            let isRight = try reader.text(0) == "\(seen)" && reader.text(1) == "a\r\n\"\(seen)\""
            guard isRight, reader.line == 2 + 2 * seen else { break }
            seen += 1
        }
        #expect(seen == count)
    }

    @Test func `wrong files are refused by line, column, value and remedy`() throws {
        #expect(try Self.error("").description == "line 1: the file is empty; give a header line and rows below it")
        #expect(try Self.error("a,,c\n").description == "line 1, column '2': no name; name every column, or delete it")
        #expect(
            try Self.error("a,b,a\n1,2,3\n").description
                == "line 1, column 'a': columns 1 and 3 have the same name; rename one"
        )
        let ragged = try Self.error("a,b\n1,2\n\n3,4,5\n")
        #expect(ragged.line == 4)
        #expect(ragged.problem == "3 cells where the header has 2")
        #expect(try Self.error("a,b\n1,2\n3\n").line == 3)
        #expect(try Self.error("a,b\n1,\"2\n3,4\n").description == "line 2: a quote is not closed; close it by \"")
        #expect(try Self.error("a,b\n1,\"2\"x\n").problem == "text after a closing quote")
        #expect(try Self.error("a\n\"" + String(repeating: "x", count: 2_000_000)).problem == "a quote is not closed")
    }

    @Test func `text in another encoding is refused with what to do`() throws {
        let wide = Data([0xFF, 0xFE, 0x61, 0, 0x2C, 0, 0x62, 0])
        let utf16 = try #require(#expect(throws: CSVError.self) { try Self.rows(wide) })
        #expect(utf16.problem == "the text is UTF-16")
        let korean = Data("a,b\n1,".utf8) + Data([0xB0, 0xA1, 0x0A])
        let cp949 = try #require(#expect(throws: CSVError.self) { try Self.rows(korean) })
        #expect(cp949.line == 2)
        #expect(cp949.column == "b")
        #expect(cp949.remedy.contains("iconv -f CP949 -t UTF-8"))
    }

    @Test func `a cell that is not a number names line, column, value and remedy`() throws {
        var reader = try CSVReader(data: Data("a,y\n1,2\n1,\"1,234\"\n".utf8))
        #expect(try reader.next())
        #expect(try reader.next())
        let error = try #require(#expect(throws: CSVError.self) { try reader.number(1) })
        let expected =
            "line 3, column 'y': got '1,234'; give a number such as 1234.5, without units and thousands separators, "
            + "or leave the cell empty"
        #expect(error.description == expected)
    }

    @Test func `a missing file is told from a wrong one, and a column by its nearest name`() throws {
        let missing = try #require(#expect(throws: CSVError.self) { try CSVReader(path: "/nowhere/at/all.csv") })
        #expect(missing.isUnreadable)
        let folder = try #require(#expect(throws: CSVError.self) { try CSVReader(path: "/tmp") })
        #expect(folder.isUnreadable)
        let reader = try CSVReader(data: Data("title,price\na,1\n".utf8))
        let error = try #require(#expect(throws: CSVError.self) { try reader.column("titel") })
        #expect(error.remedy == "did you mean 'title'? the columns are title, price")
    }

    @Test func `written CSV reads back`() throws {
        let rows = [["a,b", "x \"y\"", " z"], ["two\r\nlines", "", "-1.5"]]
        let text = CSVWriter.table(headers: ["제목", "b", "c"], rows: rows)
        let read = try Self.rows(text)
        #expect(read.headers == ["제목", "b", "c"])
        #expect(read.rows == rows)
    }

    @Test func `cells that a spreadsheet would run are made text`() {
        #expect(
            CSVWriter.record(["=1+1", "+a", "-b", "@c", "-1.5", "+2e3", "a=b"]) == "'=1+1,'+a,'-b,'@c,-1.5,+2e3,a=b\r\n"
        )
        #expect(CSVWriter.record(["\t=1", "\r=1"]) == "\"'\t=1\",\"'\r=1\"\r\n")
    }

    @Test func `no cell begins as a formula does, in either width and behind spaces`() throws {
        for text in [
            "=1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", "  =1", "=cmd|' /C calc'!A0",
            "=HYPERLINK(\"http://x\",\"y\")", "-1+1", "+1+1",
        ] {
            let read = try Self.rows(CSVWriter.table(headers: [text, "b"], rows: [[text, "1"]]))
            #expect(read.headers.first == "'" + text, "\(text.debugDescription)")
            #expect(read.rows.first?.first == "'" + text, "\(text.debugDescription)")
        }
        // Our own reader takes no file with a NUL in it.
        #expect(CSVWriter.record(["\0=1"]) == "'\0=1\r\n")
    }

    @Test func `a JSON line is one line with sorted keys`() throws {
        #expect(try JSONLines.line(["b": "x\ny", "a": "1"]) == "{\"a\":\"1\",\"b\":\"x\\ny\"}\n")
    }
}

@Suite struct DecimalNumberTests {
    @Test(arguments: [
        "0", "-0.5", "+3", "12.50", ".5", "5.", "1e3", "1.5E-7", "123456789012345678", "196.3052", "1e22", "1e-30",
        "007",
        "9007199254740993", "0.1000000000000000055511151231257827", "4.9e-324", "0.000000000000000000000123",
    ])
    func `a number is the one that the standard library reads`(_ text: String) throws {
        let number = try #require(DecimalNumber(text))
        let expected = try #require(Double(text.hasSuffix(".") ? text + "0" : text.hasPrefix(".") ? "0" + text : text))
        #expect((number.double - expected).magnitude <= expected.ulp)
    }

    @Test(arguments: ["", "-", ".", "e5", "1e", "1e+", "1.2.3", "1,5", "0x10", "1 2", "nan", "inf", "1e12345", "٣"])
    func `anything else is refused`(_ text: String) {
        #expect(DecimalNumber(text) == nil)
    }

    @Test func `a common part is taken off before rounding`() throws {
        let first = try #require(DecimalNumber("1000000000000.4"))
        let second = try #require(DecimalNumber("1000000000000.3"))
        #expect(first.difference(second) == 0.1)
        #expect(try #require(DecimalNumber("1e300")).difference(second) == 1e300)
    }

    @Test func `too large a number is infinite, for the caller to refuse`() throws {
        #expect(try #require(DecimalNumber("1e400")).double == .infinity)
    }
}
