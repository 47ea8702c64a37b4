// SPDX-License-Identifier: Apache-2.0

package import NIOCore

/// A command to Redis: a name and arguments, each sent with its length, so that no byte in them means anything to the protocol.
package struct RedisCommand: Sendable {
    /// One argument.
    package enum Argument: Sendable, ExpressibleByStringLiteral {
        case text(String)
        case bytes(ByteBuffer)
        case number(Int64)

        package init(stringLiteral text: String) { self = .text(text) }
        /// A count or a length.
        package static func number(_ count: Int) -> Argument { .number(Int64(count)) }
    }

    /// The name and what follows it.
    package var arguments: [Argument]

    /// Creates a command.
    package init(_ arguments: Argument...) {
        self.arguments = arguments
    }

    /// Creates a command of arguments that were put together before.
    package init(_ arguments: [Argument]) {
        self.arguments = arguments
    }

    /// The command's name, for messages to people; its arguments may be secret.
    package var name: String {
        if case .text(let name)? = arguments.first { name } else { "" }
    }

    /// Writes the command in the form that the server reads.
    package func write(into buffer: inout ByteBuffer) {
        buffer.writeString("*\(arguments.count)\r\n")
        for argument in arguments {
            switch argument {
            case .text(let text):
                buffer.writeString("$\(text.utf8.count)\r\n")
                buffer.writeString(text)
            case .bytes(let bytes):
                buffer.writeString("$\(bytes.readableBytes)\r\n")
                buffer.writeImmutableBuffer(bytes)
            case .number(let number):
                let digits = String(number)
                buffer.writeString("$\(digits.utf8.count)\r\n")
                buffer.writeString(digits)
            }
            buffer.writeStaticString("\r\n")
        }
    }
}
