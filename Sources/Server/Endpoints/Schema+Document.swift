// SPDX-License-Identifier: Apache-2.0

import Domain

extension Schema {
    /// The shape as JSON Schema (2020-12); shapes that have a name are collected, and referred to by it.
    func document(_ named: inout [String: JSONValue]) -> JSONValue {
        switch self {
        case .anything: return .object([:])
        case .boolean: return .object(["type": .string("boolean")])
        case .integer(let least, let most):
            var members: [String: JSONValue] = ["type": .string("integer")]
            members["minimum"] = least.map { .integer($0) }
            members["maximum"] = most.map { .integer($0) }
            return .object(members)
        case .number(let least, let most):
            var members: [String: JSONValue] = ["type": .string("number")]
            members["minimum"] = least.map { .number($0) }
            members["maximum"] = most.map { .number($0) }
            return .object(members)
        case .text(let rules): return .object(rules.document)
        case .array(let schema, let most):
            var members: [String: JSONValue] = ["type": .string("array"), "items": schema.document(&named)]
            members["maxItems"] = most.map { .integer(Int64($0)) }
            return .object(members)
        case .map(let schema):
            return .object(["type": .string("object"), "additionalProperties": schema.document(&named)])
        case .object(let members, let isClosed): return Self.document(members, isClosed, &named)
        case .nullable(let schema):
            return .object(["anyOf": .array([schema.document(&named), .object(["type": .string("null")])])])
        case .named(let name, let schema):
            if named[name] == nil {
                // Held at once, so that a shape that has itself in it ends.
                named[name] = .null
                named[name] = schema.document(&named)
            }
            return .object(["$ref": .string("#/components/schemas/" + name)])
        }
    }

    private static func document(_ members: [Member], _ isClosed: Bool, _ named: inout [String: JSONValue]) -> JSONValue
    {
        var properties: [String: JSONValue] = [:]
        for member in members {
            var schema = member.schema.document(&named)
            if !member.about.isEmpty, case .object(var inner) = schema {
                inner["description"] = .string(member.about)
                schema = .object(inner)
            }
            properties[member.name] = schema
        }
        var object: [String: JSONValue] = ["type": .string("object"), "properties": .object(properties)]
        let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { object["required"] = .array(required) }
        if isClosed { object["additionalProperties"] = .bool(false) }
        return .object(object)
    }
}

extension Schema.TextRules {
    var document: [String: JSONValue] {
        var members: [String: JSONValue] = ["type": .string("string")]
        members["enum"] = values.map { .array($0.map { .string($0) }) }
        members["minLength"] = least > 0 ? .integer(Int64(least)) : nil
        members["maxLength"] = most.map { .integer(Int64($0)) }
        members["format"] = format.map { .string($0) }
        members["pattern"] = pattern.map { .string($0) }
        return members
    }
}
