// SPDX-License-Identifier: Apache-2.0
import CXML2

/// Gives the events of a well-formed document to a builder, by way of libxml2.
final class StrictReader {
    private let builder: FeedBuilder
    private var names: [NameKey: XMLName] = [:]
    private var attributeNames: [NameKey: String] = [:]
    private var root: String?

    /// libxml2 keeps one copy of each name in a parse, so that its address stands for it.
    private struct NameKey: Hashable {
        let local: UInt
        let prefix: UInt
        let namespace: UInt
    }

    /// How a document ended.
    enum Outcome {
        case wellFormed
        /// The builder asked to stop.
        case stopped
        case broken(FeedProblem)
    }

    private init(_ builder: FeedBuilder) {
        self.builder = builder
    }

    /// Reads a document in UTF-8 that begins at a place, without its declaration and document type.
    static func read(_ bytes: [UInt8], from start: Int, line: Int, into builder: FeedBuilder) -> Outcome {
        let reader = StrictReader(builder)
        var problem = cxml_problem()
        let outcome = withExtendedLifetime(reader) {
            let context = unsafe Unmanaged.passUnretained(reader).toOpaque()
            return unsafe bytes.withUnsafeBytes { raw in
                unsafe raw.withMemoryRebound(to: CChar.self) { buffer in
                    var events = Self.events
                    return unsafe cxml_parse(
                        buffer.baseAddress.map { unsafe $0 + start },
                        buffer.count - start,
                        &events,
                        context,
                        &problem
                    )
                }
            }
        }
        switch outcome {
        case CXML_WELL_FORMED: return .wellFormed
        case CXML_STOPPED: return .stopped
        default:
            let message = unsafe withUnsafeBytes(of: problem.message) { raw in
                unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            return .broken(
                FeedProblem(
                    line: line + max(0, Int(problem.line) - 1),
                    column: max(1, Int(problem.column)),
                    message: message.isEmpty ? "the document is not complete" : message
                )
            )
        }
    }

    private static var events: cxml_events {
        unsafe cxml_events(
            start: { context, local, prefix, namespace, count, attributes in
                guard let context = unsafe context, let local = unsafe local else { return 1 }
                let reader = unsafe Unmanaged<StrictReader>.fromOpaque(context).takeUnretainedValue()
                return unsafe reader.start(local, prefix, namespace, Int(count), attributes) ? 0 : 1
            },
            end: { context in
                guard let context = unsafe context else { return 1 }
                unsafe Unmanaged<StrictReader>.fromOpaque(context).takeUnretainedValue().builder.end()
                return 0
            },
            text: { context, bytes, count in
                guard let context = unsafe context else { return 1 }
                let reader = unsafe Unmanaged<StrictReader>.fromOpaque(context).takeUnretainedValue()
                unsafe reader.builder.characters(UnsafeRawBufferPointer(start: bytes, count: count))
                return 0
            }
        )
    }

    private func start(
        _ local: UnsafePointer<CChar>,
        _ prefix: UnsafePointer<CChar>?,
        _ namespace: UnsafePointer<CChar>?,
        _ count: Int,
        _ attributes: UnsafePointer<UnsafePointer<CChar>?>?
    ) -> Bool {
        let key = NameKey(
            local: UInt(bitPattern: local),
            prefix: UInt(bitPattern: prefix),
            namespace: UInt(bitPattern: namespace)
        )
        let name: XMLName
        if let known = names[key] {
            name = known
        } else {
            let uri = unsafe namespace.map { unsafe String(cString: $0) }
            if root == nil { root = uri ?? "" }
            name = unsafe XMLName(
                local: String(cString: local),
                prefix: prefix.map { unsafe String(cString: $0) },
                namespace: uri,
                root: root
            )
            names[key] = name
        }
        var list: [XMLAttribute] = []
        if count > 0, let attributes = unsafe attributes {
            list.reserveCapacity(count)
            for index in 0..<count {
                let field = unsafe attributes + index * 5
                guard let begin = unsafe field[3], let end = unsafe field[4], unsafe end >= begin else { continue }
                let value = unsafe UnsafeRawBufferPointer(start: begin, count: end - begin)
                unsafe list.append(
                    XMLAttribute(
                        name: attributeName(field[0], field[1], field[2]),
                        value: String(decoding: value, as: UTF8.self)
                    )
                )
            }
        }
        return builder.start(name, list)
    }

    private func attributeName(
        _ local: UnsafePointer<CChar>?,
        _ prefix: UnsafePointer<CChar>?,
        _ namespace: UnsafePointer<CChar>?
    ) -> String {
        let key = NameKey(
            local: UInt(bitPattern: local),
            prefix: UInt(bitPattern: prefix),
            namespace: UInt(bitPattern: namespace)
        )
        if let known = attributeNames[key] { return known }
        let name = unsafe XMLAttribute.name(
            local: local.map { unsafe String(cString: $0) } ?? "",
            prefix: prefix.map { unsafe String(cString: $0) },
            namespace: namespace.map { unsafe String(cString: $0) }
        )
        attributeNames[key] = name
        return name
    }
}
