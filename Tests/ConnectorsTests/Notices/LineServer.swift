// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Glibc

/// A server of lines on a loopback port, for one connection after the other: what it answers to each line is the test's.
final class LineServer: @unchecked Sendable {
    /// What a connection is told: bytes to send, and whether it ends then.
    struct Reply {
        var text: String
        var ends = false
    }

    enum Failed: Error { case noSocket }

    let port: UInt16
    private let listener: Int32
    private let seen = Locked<[String]>([])

    /// The lines that came in, without their ends.
    var lines: [String] { seen.withLock { $0 } }

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - greeting: What a connection is told first.
    ///   - answer: Gets all lines of the connection so far, and what has come in behind the last; nil for silence.
    /// - Throws: `Failed` where no port can be had.
    init(greeting: String? = nil, answer: @escaping @Sendable ([String], String) -> Reply?) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(listener, generic, length) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard listener >= 0, isBound else { throw Failed.noSocket }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        let seen = seen
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Self.serve(connection, greeting, seen, answer)
                close(connection)
            }
        }
    }

    /// Ends listening.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func serve(
        _ connection: Int32,
        _ greeting: String?,
        _ seen: Locked<[String]>,
        _ answer: ([String], String) -> Reply?
    ) {
        if let greeting { write(connection, greeting) }
        var lines: [String] = []
        var rest = ""
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = unsafe recv(connection, &buffer, 4_096, 0)
            guard count > 0 else { return }
            rest += String(decoding: buffer[..<count], as: UTF8.self)
            while let end = rest.range(of: "\r\n") {
                let line = String(rest[..<end.lowerBound])
                rest = String(rest[end.upperBound...])
                lines.append(line)
                seen.withLock { $0.append(line) }
                if let reply = answer(lines, rest) {
                    if reply.ends, !rest.isEmpty { seen.withLock { $0.append(rest) } }
                    write(connection, reply.text)
                    if reply.ends { return }
                }
            }
            if !rest.isEmpty, let reply = answer(lines, rest) {
                seen.withLock { $0.append(rest) }
                write(connection, reply.text)
                if reply.ends { return }
            }
        }
    }

    private static func write(_ connection: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}

extension LineServer {
    /// A webhook that answers each POST with a status, in turn; the last one for good.
    static func webhook(_ statuses: [String]) throws -> LineServer {
        let left = Locked(statuses)
        return try LineServer { lines, rest in
            guard let length = lines.lazy.compactMap(Self.length).first, lines.contains(""), rest.utf8.count >= length
            else { return nil }
            let status = left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
            return Reply(text: "HTTP/1.1 \(status)\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", ends: true)
        }
    }

    private static func length(_ line: String) -> Int? {
        let parts = line.lowercased().split(separator: ":")
        return parts.count == 2 && parts[0] == "content-length"
            ? Int(parts[1].trimmingCharacters(in: .whitespaces)) : nil
    }

    /// A mail server that takes everything, but for receivers that begin with `nobody`.
    static func mail(offersLogin: Bool = false) throws -> LineServer {
        try LineServer(greeting: "220 stand-in\r\n") { lines, _ in
            let isData = lines.contains("DATA") && !lines.contains(".")
            guard let line = lines.last, !isData || line == "DATA" else { return nil }
            switch line.split(separator: " ").first.map({ $0.uppercased() }) ?? "" {
            case "EHLO": return Reply(text: offersLogin ? "250-stand-in\r\n250 AUTH PLAIN\r\n" : "250 stand-in\r\n")
            case "AUTH": return Reply(text: "535 no\r\n")
            case "RCPT" where line.contains("<nobody"): return Reply(text: "550 no such person\r\n")
            case "DATA": return Reply(text: "354 go on\r\n")
            case "QUIT": return Reply(text: "221 bye\r\n", ends: true)
            default: return Reply(text: "250 ok\r\n")
            }
        }
    }
}
