// SPDX-License-Identifier: Apache-2.0

import Domain
import Jobs
import Testing

struct MetricsParserTests {
    private func output(_ lastLine: String?, isCut: Bool = false) -> ProgramOutput {
        ProgramOutput(
            ending: .exit(0),
            outputTail: (lastLine ?? "") + "\n",
            lastLine: lastLine,
            isLastLineCut: isCut,
            errorTail: "a warning\n",
            duration: .zero
        )
    }

    private func message(_ line: String?, wanted: [String] = ["ratio"], isCut: Bool = false) throws -> String {
        let failure = try #require(
            #expect(throws: Failure.self) {
                try MetricsParser(wanted: wanted).metrics(of: output(line, isCut: isCut))
            }
        )
        #expect(failure.class == .invalid)
        #expect(failure.lastLines.last == "a warning")
        return failure.message
    }

    @Test func `numbers are taken as they are, and true and false as one and zero`() throws {
        let metrics = try MetricsParser(wanted: ["ratio", "빠름"])
            .metrics(
                of: output(#"{"ratio": 2.5, "빠름": true, "slow": false, "count": 9007199254740993, "small": -1e-300}"#)
            )
        #expect(metrics == ["ratio": 2.5, "빠름": 1, "slow": 0, "count": 9_007_199_254_740_992, "small": -1e-300])
    }

    @Test func `a program that prints nothing, no JSON, or no object is told so`() throws {
        #expect(try message(nil).contains("printed nothing"))
        #expect(try message("done.").contains("'done.'"))
        #expect(try message("[1, 2]").contains("'[1, 2]'"))
        #expect(try message("3").contains("not a JSON object"))
        #expect(try message(#"{"ratio": 1"#).contains("not a JSON object"))
        #expect(try message("x", isCut: true).contains("longer than 1 MB"))
    }

    @Test func `a missing metric is named, with what was there`() throws {
        let text = try message(#"{"time": 1, "배율": 2}"#)
        #expect(text == "metric 'ratio' is missing; the program reported 'time', '배율'")
        #expect(try message("{}").contains("no metric"))
    }

    @Test(arguments: [
        ("NaN", "NaN"), ("Infinity", "Infinity"), ("-inf", "-inf"), ("1e999", "too large"), ("-1e999", "too large"),
        (#""NaN""#, "the text 'NaN'"), (#""1.5""#, "the text '1.5'"), ("null", "null"), ("[1]", "a list"),
        ("{}", "an object"),
    ])
    func `a value that is not a finite number is named`(printed: String, said: String) throws {
        let text = try message(#"{"good": 1, "ratio": \#(printed)}"#)
        #expect(text.hasPrefix("metric 'ratio' is "))
        #expect(text.contains(said))
        #expect(text.hasSuffix("which is not a finite number"))
    }

    @Test func `a metric that nobody asked for must be a finite number too`() throws {
        #expect(try message(#"{"ratio": 1, "비고": "좋음"}"#).contains("metric '비고' is the text '좋음'"))
    }

    @Test func `more metrics than anybody needs are refused`() throws {
        let members = (0...MetricsParser.mostMetrics).map { "\"m\($0)\": 1" }.joined(separator: ",")
        #expect(try message("{\(members)}").contains("1001 metrics"))
    }
}
