// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import NIOCore
import NIOFoundationCompat

extension Call {
    /// Reads a body and checks it by its endpoint's declaration; throws for one that is missing, that is not JSON, or of another shape.
    mutating func checkBody() throws(Problem) {
        guard let intake = endpoint.intake else {
            guard body.readableBytes == 0 else {
                throw Problem(.malformed, "this takes no body", field: "body", expected: "no body")
            }
            return
        }
        guard body.readableBytes > 0 else {
            guard intake.isRequired else { return }
            throw Problem(.malformed, "the body is empty", field: "body", expected: intake.schema.wanted)
        }
        guard intake.type == "application/json" else { return }
        if let fault = JSONScan.fault(in: body) { throw fault }
        guard intake.isChecked else { return }
        do {
            json = try CanonicalJSON.decode(JSONValue.self, from: Data(buffer: body))
        } catch {
            throw Self.notJSON
        }
        if let fault = intake.schema.fault(in: json, at: "body") { throw fault }
    }

    /// Reads the body as JSON; throws 400 that names the field which is wrong.
    package func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(Problem) -> Value {
        guard body.readableBytes > 0 else {
            throw Problem(.malformed, "the body is empty", field: "body", expected: "a JSON object")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(buffer: body))
        } catch let error as DecodingError {
            throw Self.problem(of: error)
        } catch {
            throw Problem(.malformed, "the body is not JSON", field: "body", expected: "a JSON object")
        }
    }

    private static let notJSON = Problem(
        .malformed,
        "the body is not JSON",
        field: "body",
        expected: "a JSON object in UTF-8"
    )

    private static func problem(of error: DecodingError) -> Problem {
        switch error {
        case .keyNotFound(let key, let context):
            let field = path(context.codingPath + [key])
            return Problem(.malformed, "'\(field)' is missing", field: field, expected: "a value")
        case .typeMismatch(let type, let context):
            let field = path(context.codingPath)
            return Problem(.malformed, "'\(field)' is of another type", field: field, expected: name(of: type))
        case .valueNotFound(let type, let context):
            let field = path(context.codingPath)
            return Problem(.malformed, "'\(field)' is null", field: field, expected: name(of: type))
        case .dataCorrupted(let context):
            let field = path(context.codingPath)
            guard !context.codingPath.isEmpty else { return notJSON }
            return Problem(.malformed, context.debugDescription, field: field)
        @unknown default:
            return Problem(.malformed, "the body cannot be read", field: "body")
        }
    }

    /// A path as people write it: `reports[2].token`.
    private static func path(_ keys: [any CodingKey]) -> String {
        var text = ""
        for key in keys {
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + key.stringValue
            }
        }
        return text.isEmpty ? "body" : String(text.prefix(200))
    }

    private static func name(of type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is Int.Type, is Int64.Type: "a whole number"
        case is Double.Type: "a number"
        case is [Any].Type: "an array"
        case is [String: Any].Type: "an object"
        default: "another type"
        }
    }
}

extension JSONValue {
    /// Whether a text or a key in it has a NUL, which PostgreSQL cannot store.
    var hasNUL: Bool {
        switch self {
        case .null, .bool, .integer, .number: false
        case .string(let text): text.utf8.contains(0)
        case .array(let values): values.contains { $0.hasNUL }
        case .object(let members): members.contains { $0.key.utf8.contains(0) || $0.value.hasNUL }
        }
    }
}
