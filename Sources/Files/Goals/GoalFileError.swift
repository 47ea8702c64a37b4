// SPDX-License-Identifier: Apache-2.0

/// One thing that is wrong in a goal file: where, what was found, and what would be right.
package struct GoalFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, from 1.
    package let line: Int
    /// The dotted path of the field, such as `factors[2].levels`; empty for the file as a whole.
    package let field: String
    /// What the file says there, shortened; empty where something is missing.
    package let value: String
    /// What is wrong, such as `got 'x'` or `missing`.
    package let problem: String
    /// What would be right, as an instruction.
    package let remedy: String

    /// The field, what was found and the remedy, without file and line.
    package var message: String {
        (field.isEmpty ? "" : "\(field): ") + "\(problem); \(remedy)"
    }

    /// The line and the message, such as `12: factors[1].levels: got 'x'; give …`.
    package var description: String { "\(line): \(message)" }
}

/// Everything that is wrong in a goal file, in the order of its lines.
package struct GoalFileErrors: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kept the file from being read.
    package enum Cause: Hashable, Sendable {
        /// There is no such file, or it may not be read.
        case unreadable
        /// The file was read, and its content is wrong.
        case content
    }

    /// The errors, one at least.
    package let errors: [GoalFileError]
    /// Whether the file could be read at all.
    package let cause: Cause
    /// The path as given, for messages; nil for text without a file.
    package internal(set) var path: String?

    init(_ errors: [GoalFileError], cause: Cause = .content, path: String? = nil) {
        self.errors = errors.enumerated()
            .sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            .map(\.element)
        self.cause = cause
        self.path = path
    }

    init(line: Int, field: String = "", value: String = "", problem: String, remedy: String, cause: Cause = .content) {
        let error = GoalFileError(line: line, field: field, value: value, problem: problem, remedy: remedy)
        self.init([error], cause: cause)
    }

    /// One line per error, such as `goal.yaml:12: factors[1].levels: got 'x'; give …`.
    package var description: String {
        errors.map { error in
            switch (path, cause) {
            case (let path?, .content): "\(path):\(error.description)"
            case (let path?, .unreadable): "\(path): \(error.message)"
            case (nil, _): error.description
            }
        }
        .joined(separator: "\n")
    }
}
