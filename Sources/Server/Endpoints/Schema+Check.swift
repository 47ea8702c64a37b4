// SPDX-License-Identifier: Apache-2.0

import Domain

extension Schema {
    /// The first thing about a value that is not of this shape; nil when all of it is.
    ///
    /// What is of another type, missing or unknown is `malformed`; what is of the right type and not allowed is `invalid`.
    func fault(in value: JSONValue, at path: String) -> Problem? {
        switch self {
        case .anything: value.hasNUL ? Self.nul(path) : nil
        case .named(_, let schema): schema.fault(in: value, at: path)
        case .nullable(let schema): value == .null ? nil : schema.fault(in: value, at: path)
        case .boolean: value == .bool(true) || value == .bool(false) ? nil : Self.other(value, path, "true or false")
        case .integer(let least, let most): Self.fault(inInteger: value, least, most, path)
        case .number(let least, let most): Self.fault(inNumber: value, least, most, path)
        case .text(let rules): rules.fault(in: value, at: path)
        case .array(let schema, let most): Self.fault(inArray: value, schema, most, path)
        case .object(let members, let isClosed): Self.fault(inObject: value, members, isClosed, path)
        case .map(let schema): Self.fault(inMap: value, schema, path)
        }
    }

    private static func fault(inInteger value: JSONValue, _ least: Int64?, _ most: Int64?, _ path: String) -> Problem? {
        let number: Int64
        switch value {
        case .integer(let whole): number = whole
        case .number(let double):
            // 3.0 is a whole number in JSON Schema.
            guard let whole = Int64(exactly: double) else { return other(value, path, "a whole number") }
            number = whole
        default: return other(value, path, "a whole number")
        }
        guard number >= least ?? .min, number <= most ?? .max else {
            return outOfRange(path, String(number), range(least.map { "\($0)" }, most.map { "\($0)" }))
        }
        return nil
    }

    private static func fault(inNumber value: JSONValue, _ least: Double?, _ most: Double?, _ path: String) -> Problem?
    {
        guard let number = value.double else { return other(value, path, "a number") }
        guard number >= least ?? -.infinity, number <= most ?? .infinity else {
            return outOfRange(path, "\(number)", range(least.map { "\($0)" }, most.map { "\($0)" }))
        }
        return nil
    }

    private static func fault(inArray value: JSONValue, _ schema: Schema, _ most: Int?, _ path: String) -> Problem? {
        guard case .array(let values) = value else { return other(value, path, "an array") }
        if let most, values.count > most {
            return outOfRange(path, "\(values.count) values", "at most \(most)")
        }
        for (place, value) in values.enumerated() {
            if let fault = schema.fault(in: value, at: "\(path)[\(place)]") { return fault }
        }
        return nil
    }

    private static func fault(inMap value: JSONValue, _ schema: Schema, _ path: String) -> Problem? {
        guard case .object(let members) = value else { return other(value, path, "an object") }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard !name.utf8.contains(0) else { return nul(path) }
            if let fault = schema.fault(in: value, at: join(path, name)) { return fault }
        }
        return nil
    }

    private static func fault(
        inObject value: JSONValue,
        _ members: [Member],
        _ isClosed: Bool,
        _ path: String
    ) -> Problem? {
        guard case .object(let given) = value else { return other(value, path, "an object") }
        for member in members {
            let place = join(path, member.name)
            guard let value = given[member.name] else {
                guard member.isRequired else { continue }
                return Problem(.malformed, "'\(place)' is missing", field: place, expected: member.schema.wanted)
            }
            if let fault = member.schema.fault(in: value, at: place) { return fault }
        }
        guard isClosed else { return nil }
        let known = members.map(\.name)
        guard let stranger = given.keys.sorted().first(where: { !known.contains($0) }) else { return nil }
        return Problem(
            .malformed,
            "there is no field of this name here",
            field: join(path, stranger),
            value: stranger,
            expected: known.isEmpty ? "no fields" : "some of " + known.sorted().joined(separator: ", ")
        )
    }

    private static func join(_ path: String, _ name: String) -> String {
        let name = String(name.prefix(100))
        return path == "body" ? name : path + "." + name
    }

    fileprivate static func other(_ value: JSONValue, _ path: String, _ wanted: String) -> Problem {
        let said = path == "body" ? "the body" : "'\(path)'"
        if value == .null { return Problem(.malformed, "\(said) is null", field: path, expected: wanted) }
        return Problem(.malformed, "\(said) is of another type", field: path, expected: wanted)
    }

    fileprivate static func nul(_ path: String) -> Problem {
        Problem(.invalid, "a text has a NUL character", field: path, expected: "a text without NUL characters")
    }

    fileprivate static func outOfRange(_ path: String, _ value: String, _ expected: String) -> Problem {
        Problem(.invalid, "'\(path)' is out of range", field: path, value: value, expected: expected)
    }

    private static func range(_ least: String?, _ most: String?) -> String {
        switch (least, most) {
        case (let least?, let most?): "\(least) to \(most)"
        case (let least?, nil): "\(least) or more"
        case (nil, let most?): "at most \(most)"
        case (nil, nil): "any"
        }
    }

    /// What a value of this shape is called in an error.
    var wanted: String {
        switch self {
        case .anything: "a value"
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .text(let rules): rules.values.map { "one of " + $0.joined(separator: ", ") } ?? rules.expected ?? "a text"
        case .array: "an array"
        case .object, .map: "an object"
        case .nullable(let schema), .named(_, let schema): schema.wanted
        }
    }
}

extension Schema.TextRules {
    func fault(in value: JSONValue, at path: String) -> Problem? {
        guard case .string(let text) = value else { return Schema.other(value, path, "a text") }
        guard !text.utf8.contains(0) else { return Schema.nul(path) }
        if let values, !values.contains(text) {
            return Problem(
                .invalid,
                "'\(path)' has a value that is not known",
                field: path,
                value: text,
                expected: "one of " + values.joined(separator: ", ")
            )
        }
        let length = text.unicodeScalars.count
        guard length >= least, length <= most ?? .max else {
            return Schema.outOfRange(
                path,
                "\(length) characters",
                most.map { "\(least) to \($0)" } ?? "\(least) or more"
            )
        }
        guard matches?(text) ?? true else {
            return Problem(.invalid, "'\(path)' is not allowed", field: path, value: text, expected: expected)
        }
        return nil
    }
}
