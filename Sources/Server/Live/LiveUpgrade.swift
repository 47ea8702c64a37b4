// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// Makes a WebSocket of a connection on which a request is being answered.
///
/// It is done after every check that a request has to pass, so that a socket is let in by the same rules; and in one step of the event loop:
/// the answer 101 is flushed and the handlers of HTTP are replaced before another byte can be read.
enum LiveUpgrade {
    /// Replaces HTTP by WebSocket frames, of which `handler` hears.
    static func take(_ channel: any Channel, key: String, handler: sending LiveSocketHandler) async throws {
        let answer = head(key: key)
        let messageBytes = handler.limits.messageBytes
        let added = NIOLoopBoundBox.makeBoxSendingValue(handler, eventLoop: channel.eventLoop)
        try await channel.eventLoop.flatSubmit {
            let pipeline = channel.pipeline.syncOperations
            do {
                let encoder = try pipeline.context(handlerType: HTTPResponseEncoder.self)
                encoder.writeAndFlush(NIOAny(ByteBuffer(string: answer)), promise: nil)
                let aggregator = NIOWebSocketFrameAggregator(
                    minNonFinalFragmentSize: 0,
                    maxAccumulatedFrameCount: 16,
                    maxAccumulatedFrameSize: messageBytes
                )
                try pipeline.addHandlers(
                    WebSocketFrameEncoder(),
                    ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: messageBytes)),
                    LiveFrameRules(),
                    aggregator,
                    added.value,
                    position: .before(encoder.handler)
                )
                let removals = [
                    pipeline.removeHandler(context: encoder),
                    pipeline.removeHandler(
                        context: try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
                    ),
                    pipeline.removeHandler(context: try pipeline.context(handlerType: HTTP1ToHTTPServerCodec.self)),
                    pipeline.removeHandler(context: try pipeline.context(handlerType: HTTPConnectionStateHandler.self)),
                ]
                return EventLoopFuture.andAllSucceed(removals, on: channel.eventLoop)
            } catch {
                return channel.eventLoop.makeFailedFuture(error)
            }
        }.get()
    }

    /// The head of the answer (RFC 6455, 4.2.2).
    private static func head(key: String) -> String {
        let digest = Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: \(Data(digest).base64EncodedString())\r\n\r\n"
    }
}

/// What RFC 6455 asks of a client's frames beyond their form: masks, reserved bits, control frames that are short and whole.
final class LiveFrameRules: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        let isControl = frame.opcode.isControlOpcode
        let isKnown = [.continuation, .text, .binary, .connectionClose, .ping, .pong].contains(frame.opcode)
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3, isKnown,
            !isControl || frame.fin && frame.length <= 125
        else { return context.fireErrorCaught(NIOWebSocketError.multiByteControlFrameLength) }
        context.fireChannelRead(data)
    }
}
