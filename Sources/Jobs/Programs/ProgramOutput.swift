// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What a program wrote, as far as it is kept, and how it ended.
package struct ProgramOutput: Sendable, Hashable {
    /// How a program ended.
    package enum Ending: Sendable, Hashable, CustomStringConvertible {
        /// By itself, with an exit code.
        case exit(Int32)
        /// By a signal.
        case signal(Int32)

        package var description: String {
            switch self {
            case .exit(let code): "exit code \(code)"
            case .signal(let number): "signal \(number)\(SignalName.names[number].map { " (\($0))" } ?? "")"
            }
        }
    }

    /// How it ended.
    package var ending: Ending
    /// The last 64 KB of standard output; bytes that are not UTF-8 are replaced.
    package var outputTail: String
    /// The last line of standard output that is not blank, up to 1 MB; nil when there is none.
    package var lastLine: String?
    /// Whether `lastLine` is only the end of a line longer than 1 MB.
    package var isLastLineCut: Bool
    /// The last 64 KB of standard error; bytes that are not UTF-8 are replaced.
    package var errorTail: String
    /// How long it ran.
    package var duration: Duration

    /// Creates an output.
    package init(
        ending: Ending,
        outputTail: String,
        lastLine: String?,
        isLastLineCut: Bool,
        errorTail: String,
        duration: Duration
    ) {
        self.ending = ending
        self.outputTail = outputTail
        self.lastLine = lastLine
        self.isLastLineCut = isLastLineCut
        self.errorTail = errorTail
        self.duration = duration
    }

    /// The last 20 lines for a person: those of standard error, and before them those of standard output when there is
    /// room.
    package var lastLines: [String] {
        let errors = Self.lines(errorTail)
        let room = max(0, Self.keptLines - errors.count)
        return Self.lines(outputTail).suffix(room) + errors.suffix(Self.keptLines)
    }

    static let keptLines = 20
    static let keptCharacters = 500

    /// Lines without blank ones, without control characters, and of bounded length.
    private static func lines(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).suffix(keptLines * 2).compactMap { line in
            let clean = String(String.UnicodeScalarView(line.unicodeScalars.filter { $0 == "\t" || !isControl($0) }))
            guard clean.contains(where: { !$0.isWhitespace }) else { return nil }
            return clean.count > keptCharacters ? clean.prefix(keptCharacters) + "…" : clean
        }
    }

    /// Characters that would move a terminal's cursor or change its colours.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control
    }
}

/// The signals that end programs most often, by their Linux numbers.
private enum SignalName {
    static let names: [Int32: String] = [
        1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL",
        11: "SIGSEGV", 13: "SIGPIPE", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ",
    ]
}

extension ProgramOutput {
    /// Throws what an end other than exit code 0 means: 65 is `invalid`, 77 and 126 `permission`, 127 `notFound`, all
    /// else `unknown`.
    ///
    /// 65, 75 and 77 are the codes of sysexits.h; 126 and 127 are what a shell answers for a command that it may not
    /// run or cannot find.
    package func check(program name: String) throws(Failure) {
        let cause: Failure.Class
        let remark: String
        switch ending {
        case .exit(0): return
        case .exit(65): (cause, remark) = (.invalid, ": its input was wrong")
        case .exit(75): (cause, remark) = (.unknown, ": it asks to be tried again")
        case .exit(77): (cause, remark) = (.permission, ": something is not permitted")
        case .exit(126): (cause, remark) = (.permission, ": a command in it cannot be run")
        case .exit(127): (cause, remark) = (.notFound, ": a command in it was not found")
        case .exit, .signal: (cause, remark) = (.unknown, "")
        }
        throw Failure(cause, "the program '\(name)' ended with \(ending)\(remark)", lastLines: lastLines)
    }
}
