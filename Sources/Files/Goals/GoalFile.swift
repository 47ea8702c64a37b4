// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Foundation
import Yams

/// A goal file that has been read: `docs/goal-file.md` documents its keys.
package struct GoalFile: Hashable, Sendable {
    /// The path as it was given.
    package let path: String
    /// What the file asks for; relative folders of commands are made absolute from the file's own folder.
    package let goal: Goal
    /// The registered commands that it names, which only a server knows; in `goal` each stands as a command line of its name.
    package let registered: [String]
    /// Changes when the goal changes, not when comments, order or layout do: 16 hexadecimal digits.
    package let digest: String

    /// The most bytes that a goal file may have.
    package static let sizeLimit = 1_048_576

    /// Reads a file.
    ///
    /// A goal for a server names commands that were registered there; where it `mayBeForServer`, it is read as the server reads it, with
    /// whatever names it has. Throws all errors of the file, with the path for their messages; `cause` is `.unreadable` without a file.
    package static func load(_ path: String, mayBeForServer: Bool = false) throws(GoalFileErrors) -> GoalFile {
        let location = URL(filePath: path).absoluteURL.standardizedFileURL
        do {
            let text = try text(of: contents(of: location, path))
            let names = mayBeForServer ? registeredNames(in: text) : []
            guard names.isEmpty else {
                let known = Dictionary(names.map { ($0, Command(arguments: [$0])) }) { first, _ in first }
                let goal = try read(text, directory: "/", registered: known)
                return GoalFile(path: path, goal: goal, registered: names, digest: digest(of: goal))
            }
            let goal = try read(text, directory: location.deletingLastPathComponent().path)
            return GoalFile(path: path, goal: goal, registered: [], digest: try digest(text))
        } catch {
            var located = error
            located.path = path
            throw located
        }
    }

    private static func contents(of location: URL, _ path: String) throws(GoalFileErrors) -> Data {
        do {
            return try Data(contentsOf: location)
        } catch {
            throw GoalFileErrors(
                line: 0,
                value: path,
                problem: "cannot be read",
                remedy: FileManager.default.fileExists(atPath: location.path)
                    ? "give a goal file that this user may read"
                    : "there is no such file: give the path of a goal file, or make one by 'dure init'",
                cause: .unreadable
            )
        }
    }

    /// The text of a file's bytes, without a byte-order mark; throws for bytes that are not UTF-8 and for too many.
    package static func text(of data: Data) throws(GoalFileErrors) -> String {
        guard data.count <= sizeLimit else {
            throw GoalFileErrors(
                line: 1,
                problem: "the file has \(data.count) bytes",
                remedy: "give a goal file of \(sizeLimit) bytes or fewer"
            )
        }
        let bytes = data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data
        if let text = String(validating: bytes, as: UTF8.self) {
            return text
        }
        let valid = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        let line = valid.firstIndex { String(validating: $0, as: UTF8.self) == nil }.map { $0 + 1 } ?? 1
        throw GoalFileErrors(line: line, problem: "the text is not UTF-8", remedy: "save the file as UTF-8")
    }

    /// Reads the text of a goal file; `directory` is the absolute folder that relative folders start from.
    ///
    /// A goal that comes from outside names programs that were registered on the machine; then it may not bring its own.
    /// Throws all errors of the text, each with line, field, value and remedy.
    package static func read(
        _ text: String,
        directory: String,
        registered: [String: Command]? = nil
    ) throws(GoalFileErrors) -> Goal {
        let root = try compose(text)
        var reader = GoalReader(directory: directory, registered: registered)
        let goal = reader.goal(.init(path: "", line: root.mark?.line ?? 1, node: root))
        guard let goal, reader.errors.isEmpty else {
            throw GoalFileErrors(reader.errors)
        }
        return goal
    }

    /// The digest of the goal that a text describes, the same wherever the file lies.
    package static func digest(_ text: String) throws(GoalFileErrors) -> String {
        digest(of: try read(text, directory: "/"))
    }

    /// FNV-1a, 64 bits, of a goal's canonical JSON, as 16 hexadecimal digits.
    ///
    /// Source: G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, The FNV Non-Cryptographic Hash Algorithm.
    package static func digest(of goal: Goal) -> String {
        let bytes: Data
        do {
            bytes = try CanonicalJSON.encode(goal)
        } catch {
            // JSON refuses nothing but numbers that are not finite, which the reader does not let in.
            bytes = Data("\(goal)".utf8)
        }
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The most values that a goal may have, those of aliases counted wherever they stand.
    package static let mostValues = 100_000

    /// Throws for aliases as keys of maps: keys are compared whole, and a few lines of aliases of aliases are billions of values.
    private static func refuseAliasKeys(_ text: String) throws(GoalFileErrors) {
        let anchor = /(?:^|[\s,\[{])&[^\s,\[\]{}]/
        let key = /(?:[*][^\s,\[\]{}:]+|[\]}])\s*:(?:\s|$)|^\s*\?\s/.anchorsMatchLineEndings()
        guard text.contains("&"), text.firstMatch(of: anchor) != nil, let hit = text.firstMatch(of: key) else { return }
        throw GoalFileErrors(
            line: text[..<hit.range.lowerBound].count(where: \.isNewline) + 1,
            problem: "the key of a map is a list, a map or an alias",
            remedy: "give plain text before the colon, in quotes where it has brackets or begins with *"
        )
    }

    /// The registered commands that a goal names, by name; empty for one that names none, and for one that cannot be read.
    private static func registeredNames(in text: String) -> [String] {
        guard text.contains("registered"), let root = try? compose(text) else { return [] }
        var names: Set<String> = []
        var waiting = [root]
        while let node = waiting.popLast() {
            switch node {
            case .sequence(let sequence): waiting += sequence
            case .mapping(let mapping):
                for (key, value) in mapping {
                    if key.string == "registered", let name = value.string { names.insert(name) }
                    waiting.append(value)
                }
            case .scalar, .alias: break
            }
        }
        return names.sorted()
    }

    /// How many values a node has within it, itself included; looks at no more than `most`.
    private static func count(_ root: Node, most: Int) -> Int {
        var (count, waiting) = (0, [root])
        while let node = waiting.popLast(), count <= most {
            count += 1
            switch node {
            case .sequence(let sequence): waiting += sequence.prefix(most)
            case .mapping(let mapping): for (key, value) in mapping.prefix(most) { waiting += [key, value] }
            case .scalar, .alias: break
            }
        }
        return count
    }

    private static func compose(_ text: String) throws(GoalFileErrors) -> Node {
        try refuseAliasKeys(text)
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw explained(error)
        } catch {
            throw GoalFileErrors(line: 1, problem: "the text is not YAML", remedy: "give 'key: value' lines")
        }
        guard let root, !GoalReader.isNull(root) else {
            throw GoalFileErrors(
                line: 1,
                problem: "the file is empty",
                remedy: "write a goal, or make a commented one by 'dure init'"
            )
        }
        guard count(root, most: mostValues) <= mostValues else {
            throw GoalFileErrors(
                line: 1,
                problem: "the goal has more than \(mostValues) values, those of its aliases counted",
                remedy: "write fewer aliases of aliases"
            )
        }
        return root
    }

    private static func explained(_ error: YamlError) -> GoalFileErrors {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return GoalFileErrors(line: mark.line, problem: "not YAML: \(problem)", remedy: remedy(for: problem))
        case .duplicatedKeysInMapping(let duplicates, let context):
            let key = GoalReader.shortened(duplicates.sorted().first ?? "")
            return GoalFileErrors(
                line: context.mark.line,
                field: key,
                value: key,
                problem: "the key '\(key)' is given twice in one map",
                remedy: "keep one of them"
            )
        case .reader(let problem, let offset, _, let yaml):
            let before = offset.map { yaml.prefix($0) } ?? ""
            return GoalFileErrors(
                line: before.count(where: \.isNewline) + 1,
                problem: "not YAML: \(problem)",
                remedy: "save the file as plain UTF-8 text"
            )
        default:
            return GoalFileErrors(line: 1, problem: "not YAML", remedy: "give 'key: value' lines, at most 1,000 deep")
        }
    }

    private static func remedy(for problem: String) -> String {
        if problem.contains("cannot start any token") {
            return "indent with spaces, not tabs, and quote text that begins with @, ` or %"
        }
        if problem.contains("mapping values are not allowed") {
            return "indent the line as its neighbours are, or quote text that holds ': '"
        }
        if problem.contains("undefined alias") {
            return "define the anchor (&name) before the line that uses it, or quote text that begins with *"
        }
        if problem.contains("another document") {
            return "keep one goal per file"
        }
        return "look at this line and the one before for indentation, quotes and brackets"
    }
}
