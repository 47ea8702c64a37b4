// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import NIOCore
import NIOPosix

/// A connection on which a test says what it likes, byte by byte.
final class RawConnection: Sendable {
    /// Keeps what the other side says, up to a bound.
    private final class Ear: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private static let most = 4 << 20
        let heard: Locked<[UInt8]>

        init(_ heard: Locked<[UInt8]>) {
            self.heard = heard
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data).readableBytesView
            heard.withLock { heard in
                if heard.count < Self.most { heard.append(contentsOf: bytes) }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private let channel: any Channel
    private let heard: Locked<[UInt8]>

    private init(_ channel: any Channel, _ heard: Locked<[UInt8]>) {
        self.channel = channel
        self.heard = heard
    }

    /// Connects to a port of loopback; `reads` says whether anything that comes is taken.
    static func open(_ port: Int, reads: Bool = true) async throws -> RawConnection {
        let heard = Locked<[UInt8]>([])
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Ear(heard)) }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawConnection(channel, heard)
    }

    /// Says something, and waits until the system has taken it; false once the other side has closed.
    @discardableResult
    func say(_ bytes: ByteBuffer) async -> Bool {
        do {
            try await channel.writeAndFlush(bytes)
            return true
        } catch {
            return false
        }
    }

    @discardableResult
    func say(_ text: String) async -> Bool { await say(ByteBuffer(string: text)) }

    @discardableResult
    func say(_ bytes: [UInt8]) async -> Bool { await say(ByteBuffer(bytes: bytes)) }

    /// Says something without a wait.
    func mumble(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

    /// What was heard so far.
    var bytes: [UInt8] { heard.withLock { $0 } }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    /// The status of the first answer; 0 while there is none.
    var status: Int {
        let text = String(decoding: bytes.prefix(16), as: UTF8.self)
        return text.hasPrefix("HTTP/1.1 ") ? Int(text.dropFirst(9).prefix(3)) ?? 0 : 0
    }

    var isOpen: Bool { channel.isActive }

    /// Waits until the connection is closed, by whomever.
    func closed() async {
        do {
            try await channel.closeFuture.get()
        } catch {
            // Closed is closed.
        }
    }

    func close() { channel.close(promise: nil) }
}

/// Frames of a WebSocket as a test wants them, also such as RFC 6455 forbids.
enum RawFrame {
    static func make(
        _ opcode: UInt8,
        _ data: [UInt8] = [],
        isFinal: Bool = true,
        reserved: UInt8 = 0,
        isMasked: Bool = true,
        length: UInt64? = nil
    ) -> [UInt8] {
        let count = length ?? UInt64(data.count)
        var frame: [UInt8] = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
        let mask: UInt8 = isMasked ? 0x80 : 0
        switch count {
        case ..<126: frame.append(mask | UInt8(count))
        case ..<65_536: frame += [mask | 126, UInt8(count >> 8), UInt8(count & 255)]
        default:
            frame.append(mask | 127)
            for shift in stride(from: UInt64(56), through: 0, by: -8) { frame.append(UInt8(count >> shift & 255)) }
        }
        guard isMasked else { return frame + data }
        let key: [UInt8] = [0x11, 0x22, 0x33, 0x44]
        return frame + key + data.enumerated().map { $0.element ^ key[$0.offset % 4] }
    }

    static func text(_ text: String) -> [UInt8] { make(1, Array(text.utf8)) }

    /// The frames that a server sent after its 101: opcode and data of each that came whole.
    static func read(_ bytes: [UInt8]) -> [(opcode: UInt8, data: [UInt8])] {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { return [] }
        var frames: [(opcode: UInt8, data: [UInt8])] = []
        var rest = bytes[end...]
        while rest.count >= 2 {
            let first = rest.startIndex
            var (count, start) = (Int(rest[first + 1] & 127), first + 2)
            let more = count == 126 ? 2 : count == 127 ? 8 : 0
            guard rest.endIndex >= start + more else { break }
            if more > 0 { count = rest[start..<start + more].reduce(0) { $0 << 8 | Int($1) } }
            start += more
            guard rest.endIndex >= start + count else { break }
            frames.append((rest[first] & 15, Array(rest[start..<start + count])))
            rest = rest[(start + count)...]
        }
        return frames
    }

    /// The code of a closing frame; 1005 for one without, nil where none came.
    static func closeCode(_ bytes: [UInt8]) -> Int? {
        guard let frame = read(bytes).first(where: { $0.opcode == 8 }) else { return nil }
        return frame.data.count >= 2 ? Int(frame.data[0]) << 8 | Int(frame.data[1]) : 1_005
    }
}
