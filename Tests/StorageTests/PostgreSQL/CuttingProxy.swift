// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Glibc
import Storage

/// A proxy on loopback that passes a server's connections on, and can cut one just after a commit: the server has committed, and its
/// answer is lost.
final class CuttingProxy: Sendable {
    /// The port it listens on.
    let port: UInt16
    private let listener: Int32
    private let target: sockaddr_in
    private let cuts = Locked(0)

    /// Begins to listen; connections go to a port of loopback.
    init(to target: UInt16) throws {
        self.target = Self.loopback(target)
        (listener, port) = try Self.listen()
        Thread { [self] in serve() }.start()
    }

    /// A port of loopback that nobody listens on just now.
    static func freePort() throws -> UInt16 {
        let (descriptor, port) = try listen()
        close(descriptor)
        return port
    }

    private static func listen() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, size) == 0 && Glibc.listen(descriptor, 16) == 0
                    && getsockname(descriptor, pointer, &size) == 0
            }
        }
        guard isListening else { throw StorageError.unavailable("no port to listen on") }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// Cuts the next connections that send a commit, so many of them.
    func cutCommits(_ count: Int) {
        cuts.withLock { $0 = count }
    }

    /// How many cuts are still to be made.
    var cutsLeft: Int { cuts.withLock { $0 } }

    /// Takes no more connections.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private func serve() {
        while true {
            let client = accept(listener, nil, nil)
            if client < 0 { return }
            Thread { [self] in pass(client) }.start()
        }
    }

    private func pass(_ client: Int32) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = target
        let isConnected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe connect(server, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        defer {
            close(server)
            close(client)
        }
        var swallows = false
        while isConnected {
            var ends = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard unsafe poll(&ends, 2, -1) > 0 else { return }
            for (from, to) in [(0, server), (1, client)] where ends[from].revents != 0 {
                guard let bytes = Self.read(ends[from].fd) else { return }
                // What the server says to the commit is not passed on.
                if from == 1, swallows { return }
                if from == 0, Self.isCommit(bytes) { swallows = takeCut() }
                guard Self.write(bytes, to) else { return }
            }
        }
    }

    private func takeCut() -> Bool {
        cuts.withLock { cuts in
            defer { cuts = max(cuts - 1, 0) }
            return cuts > 0
        }
    }

    private static func isCommit(_ bytes: [UInt8]) -> Bool {
        Data(bytes).range(of: Data("COMMIT".utf8)) != nil
    }

    private static func read(_ descriptor: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    private static func write(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe Array(rest).withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
