// SPDX-License-Identifier: Apache-2.0

import Configuration
import Domain
import Foundation
import SystemPackage
import Yams

/// Where the settings of a process are looked for: flags, then the environment, then files of secrets, then the file, then the
/// environment's file, then what holds when nobody says.
package struct SettingsSource: Sendable {
    /// A file that cannot be read, or is not YAML.
    package struct FileFault: Error, Hashable, CustomStringConvertible {
        package let path: String
        package let reason: String

        package var description: String { "\(path): \(reason)" }
    }

    /// The file that is read where none is named, if it is there.
    package static let standardFile = "dure.yaml"
    static let environments = ["development", "testing", "staging", "production"]

    let items: [SettingItem]
    let flags: [String: [String]]
    let variables: [String: String]
    /// The file; nil where there is none.
    package let file: String?
    /// The file of the environment, which lies beside it.
    package let environmentFile: String?
    let environment: String

    /// Finds the files.
    ///
    /// - Parameters:
    ///   - items: the settings.
    ///   - flags: what the command line says, by the settings' names.
    ///   - variables: the process's environment.
    ///   - file: the file that the command line names; `DURE_CONFIG` and `dure.yaml` stand in.
    /// - Throws: `FileFault` when the file that is named is not there.
    package init(
        items: [SettingItem],
        flags: [String: [String]],
        variables: [String: String],
        file: String?
    ) throws(FileFault) {
        self.items = items
        self.flags = flags
        self.variables = variables
        environment =
            flags["environment"]?.first ?? variables["DURE_ENVIRONMENT"].flatMap { $0.isEmpty ? nil : $0 }
            ?? "development"
        let named = file ?? variables["DURE_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let path = named ?? Self.standardFile
        let isThere = FileManager.default.fileExists(atPath: path)
        if named != nil, !isThere { throw FileFault(path: path, reason: "there is no such file") }
        self.file = isThere ? path : nil
        let base =
            path.hasSuffix(".yaml")
            ? String(path.dropLast(5)) : path.hasSuffix(".yml") ? String(path.dropLast(4)) : path
        let beside = "\(base).\(environment).yaml"
        environmentFile =
            Self.environments.contains(environment) && FileManager.default.fileExists(atPath: beside) ? beside : nil
    }

    /// Reads all layers; throws `FileFault` for a file that cannot be read or is not YAML.
    package func read() async throws -> Settings {
        var layers: [(name: String, provider: any ConfigProvider)] = []
        layers.append(
            (
                "flags",
                InMemoryProvider(
                    name: "flags",
                    values: Dictionary(
                        uniqueKeysWithValues: flags.map { (AbsoluteConfigKey($0.key.parts), value($0.value)) }
                    )
                )
            )
        )
        // An empty variable counts as none, as everywhere in Dure.
        let set = variables.filter { !$0.value.isEmpty }
        layers.append(("environment", EnvironmentVariablesProvider(environmentVariables: set)))
        var faults: [Settings.Fault] = []
        layers.append(("secret files", secretFiles(&faults)))
        for path in [file, environmentFile] {
            guard let path else { continue }
            do {
                layers.append((path, try await FileProvider<YAMLSnapshot>(filePath: FilePath(path))))
            } catch {
                throw FileFault(path: path, reason: "this is not YAML of settings (\(Self.plain(error)))")
            }
            faults += try unknownKeys(in: path)
        }
        var values: [Settings.Value] = []
        for item in items { values.append(resolve(item, layers, &faults)) }
        faults += unknownVariables
        return Settings(values: values, faults: faults)
    }

    private func value(_ texts: [String]) -> ConfigValue {
        ConfigValue(texts.count == 1 ? .string(texts[0]) : .stringArray(texts), isSecret: false)
    }

    /// The first layer that says something of a setting has it, be it right or wrong.
    private func resolve(
        _ item: SettingItem,
        _ layers: [(name: String, provider: any ConfigProvider)],
        _ faults: inout [Settings.Fault]
    ) -> Settings.Value {
        for (name, provider) in layers {
            let parts = name == "environment" ? ["dure"] + item.parts : item.parts
            guard let texts = Self.texts(provider, AbsoluteConfigKey(parts), isList: item.isList) else { continue }
            let source =
                name == "environment" ? item.variable : name == "secret files" ? item.variable + "_FILE" : name
            if !item.isRight(texts) {
                let shown = item.isSecret ? "***" : String(texts.joined(separator: ", ").prefix(200))
                faults.append(.init(field: item.key, value: shown, source: source, expected: item.expected))
            }
            return Settings.Value(item: item, values: texts, source: source)
        }
        let standard = item.standard.map { item.isList ? Self.split($0) : [$0] } ?? []
        return Settings.Value(item: item, values: standard, source: "default")
    }

    /// A value as texts, whether it is written as a text or as a list; nil where the layer says nothing.
    private static func texts(_ provider: any ConfigProvider, _ key: AbsoluteConfigKey, isList: Bool) -> [String]? {
        if isList, case .stringArray(let list)? = (try? provider.value(forKey: key, type: .stringArray))?.value?.content
        {
            return list.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
        if case .string(let text)? = (try? provider.value(forKey: key, type: .string))?.value?.content {
            return isList ? split(text) : [text]
        }
        // A list where a single value belongs is wrong, and shall be told so.
        if case .stringArray(let list)? = (try? provider.value(forKey: key, type: .stringArray))?.value?.content {
            return list
        }
        return nil
    }

    private static func split(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// What files hold that variables ending in `_FILE` name.
    private func secretFiles(_ faults: inout [Settings.Fault]) -> InMemoryProvider {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for item in items where item.isSecret {
            let name = item.variable + "_FILE"
            guard let path = variables[name], !path.isEmpty else { continue }
            do {
                let text = try String(contentsOfFile: path, encoding: .utf8)
                values[AbsoluteConfigKey(item.parts)] = ConfigValue(
                    .string(text.trimmingCharacters(in: .whitespacesAndNewlines)),
                    isSecret: true
                )
            } catch {
                faults.append(
                    .init(field: name, value: path, source: "environment", expected: "a file that can be read")
                )
            }
        }
        return InMemoryProvider(name: "secret files", values: values)
    }

    /// Keys of a file that are no settings: most often misspelt ones.
    private func unknownKeys(in path: String) throws -> [Settings.Fault] {
        let known = Set(items.map(\.key))
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw FileFault(path: path, reason: "it cannot be read")
        }
        guard let root = try Yams.compose(yaml: text)?.mapping else { return [] }
        var found: [String] = []
        var open: [(prefix: String, mapping: Yams.Node.Mapping)] = [("", root)]
        while let (prefix, mapping) = open.popLast() {
            for (key, value) in mapping {
                let name = prefix + (key.string ?? "?")
                if let inner = value.mapping { open.append((name + ".", inner)) } else { found.append(name) }
            }
        }
        return found.filter { !known.contains($0) }.sorted().map { name in
            Settings.Fault(field: name, value: "set", source: path, expected: "left out: " + hint(name))
        }
    }

    /// Variables that look like settings and are none.
    private var unknownVariables: [Settings.Fault] {
        let known = Set(items.flatMap { [$0.variable, $0.variable + "_FILE"] })
        let sections = Set(items.map { "DURE_" + ($0.parts.first ?? "").uppercased() + "_" })
        return variables.keys.filter { name in
            !known.contains(name) && sections.contains { name.hasPrefix($0) } && !(variables[name] ?? "").isEmpty
        }.sorted().map { name in
            let key = name.dropFirst(5).lowercased()
            return Settings.Fault(field: name, value: "set", source: "environment", expected: "left out: " + hint(key))
        }
    }

    private func hint(_ name: String) -> String {
        let plain = name.replacing("_", with: ".")
        let nearest = items.map(\.key).min { left, right in
            Self.distance(left.replacing("_", with: "."), plain) < Self.distance(right.replacing("_", with: "."), plain)
        }
        return "there is no such setting" + (nearest.map { "; did you mean \($0)?" } ?? "")
    }

    /// The number of letters to change, add or take away (Levenshtein).
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        var row = Array(0...right.count)
        for (place, letter) in left.enumerated() {
            var before = row[0]
            row[0] = place + 1
            for (other, second) in right.enumerated() {
                let above = row[other + 1]
                row[other + 1] = min(above + 1, row[other] + 1, before + (letter == second ? 0 : 1))
                before = above
            }
        }
        return row[right.count]
    }

    private static func plain(_ error: any Error) -> String {
        String("\(error)".split(separator: "\n").first ?? "").prefix(200).description
    }
}

extension String {
    fileprivate var parts: [String] { split(separator: ".").map(String.init) }
}
