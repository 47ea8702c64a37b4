// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import NIOCore
import NIOWebSocket

/// One subscriber's socket: hears what it wants to hear, hands it what the hub delivers, and closes it by the rules.
///
/// Runs on its channel's event loop; only `deliver` is called from elsewhere.
final class LiveSocketHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// The subscriber may no longer listen.
    struct Revoked: Sendable {}

    /// Why a socket is closed (RFC 6455, 7.4; 4000 and above are ours).
    enum Ending {
        static let goingAway = WebSocketErrorCode.goingAway
        static let revoked = WebSocketErrorCode(codeNumber: 4_401)
        static let slow = WebSocketErrorCode(codeNumber: 4_408)
        static let tooMany = WebSocketErrorCode(codeNumber: 4_429)
    }

    let limits: LiveEndpoints.Limits
    private let onSubscribe: @Sendable (LiveWish, @escaping LiveHub.Delivery) -> Int
    private let onUnsubscribe: @Sendable (Int) -> Void
    private var subscription: Int?
    private var alarm: Scheduled<Void>?
    private var heardAt = NIODeadline.now()
    private var isClosing = false
    /// Bytes that were handed over and not yet written.
    private var pending = 0
    private var allowance: Double
    private var allowedAt = NIODeadline.now()

    init(
        limits: LiveEndpoints.Limits,
        subscribe: @escaping @Sendable (LiveWish, @escaping LiveHub.Delivery) -> Int,
        unsubscribe: @escaping @Sendable (Int) -> Void
    ) {
        self.limits = limits
        onSubscribe = subscribe
        onUnsubscribe = unsubscribe
        allowance = Double(limits.messagesPerSecond)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        heardAt = .now()
        schedule(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { finish() }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    private func finish() {
        alarm?.cancel()
        alarm = nil
        if let subscription { onUnsubscribe(subscription) }
        subscription = nil
    }

    // MARK: What the subscriber says

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        guard !isClosing else {
            if frame.opcode == .connectionClose { context.close(promise: nil) }
            return
        }
        heardAt = .now()
        guard isAllowed() else { return close(context, Ending.tooMany) }
        switch frame.opcode {
        case .text: hear(frame, context)
        case .binary: close(context, .unacceptableData)
        case .ping:
            send(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData), context)
        case .connectionClose: answer(close: frame, context)
        default: break
        }
    }

    /// Whether another message may come: so many a second on average, twice as many at once.
    private func isAllowed() -> Bool {
        let now = NIODeadline.now()
        let seconds = Double((now - allowedAt).nanoseconds) / 1e9
        allowedAt = now
        allowance = min(Double(limits.messagesPerSecond * 2), allowance + seconds * Double(limits.messagesPerSecond))
        guard allowance >= 1 else { return false }
        allowance -= 1
        return true
    }

    private func hear(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        let bytes = frame.unmaskedData
        guard let text = String(validating: bytes.readableBytesView, as: UTF8.self) else {
            return close(context, .dataInconsistentWithMessage)
        }
        struct Message: Decodable {
            var type: String
            var topics: Set<LiveTopic>?
            var after: Int64?
        }
        let message: Message
        do {
            message = try JSONDecoder().decode(Message.self, from: Data(text.utf8))
        } catch {
            return refuse("the message is not understood", context)
        }
        switch message.type {
        case "subscribe": subscribe(message.topics ?? Set(LiveTopic.allCases), message.after, context)
        case "ping": say(LiveMessage("{\"type\":\"pong\"}"), context)
        case "pong": break
        default: refuse("there is no message of this type", context)
        }
    }

    private func refuse(_ detail: String, _ context: ChannelHandlerContext) {
        let topics = LiveTopic.allCases.map(\.rawValue).joined(separator: ", ")
        let expected = "{\"type\":\"subscribe\",\"topics\":[…],\"after\":…} with topics of \(topics); ping; pong"
        say(LiveMessage(LiveText.refusal(detail, expected: expected)), context)
    }

    /// Subscribes anew: a second wish replaces the first.
    private func subscribe(_ topics: Set<LiveTopic>, _ after: Int64?, _ context: ChannelHandlerContext) {
        if let subscription { onUnsubscribe(subscription) }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        subscription = onSubscribe(LiveWish(topics: topics, after: after)) { message in
            loop.execute {
                let (handler, context) = bound.value
                handler.say(message, context)
            }
        }
    }

    // MARK: What the subscriber is told

    private func say(_ message: LiveMessage, _ context: ChannelHandlerContext) {
        guard !isClosing, context.channel.isActive else { return }
        let data = message.data
        guard pending + data.readableBytes <= limits.pendingBytes else {
            send(WebSocketFrame(fin: true, opcode: .text, data: LiveMessage.slow.data), context)
            return close(context, Ending.slow)
        }
        send(WebSocketFrame(fin: true, opcode: .text, data: data), context)
    }

    private func send(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        let length = frame.data.readableBytes
        pending += length
        let promise = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { _ in bound.value.pending -= length }
        context.writeAndFlush(wrapOutboundOut(frame), promise: promise)
    }

    // MARK: Time and endings

    private func schedule(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        alarm = context.eventLoop.scheduleTask(in: .milliseconds(limits.ping.milliseconds)) {
            let (handler, context) = bound.value
            handler.look(context)
        }
    }

    /// Asks whether somebody is there, and closes what has been silent for too long.
    private func look(_ context: ChannelHandlerContext) {
        guard !isClosing else { return }
        guard (NIODeadline.now() - heardAt).nanoseconds / 1_000_000 < limits.silence.milliseconds else {
            return close(context, Ending.goingAway)
        }
        send(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()), context)
        schedule(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is Revoked: close(context, Ending.revoked)
        case is ChannelShouldQuiesceEvent: close(context, Ending.goingAway)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: close(context, .messageTooLarge)
        case let fault as NIOWebSocketFrameAggregator.Error where fault == .accumulatedFrameSizeIsTooLarge:
            close(context, .messageTooLarge)
        case is NIOWebSocketError, is NIOWebSocketFrameAggregator.Error: close(context, .protocolError)
        default: context.close(promise: nil)
        }
    }

    /// Says the ending, and waits a while for the other side to say the same.
    private func close(_ context: ChannelHandlerContext, _ code: WebSocketErrorCode) {
        guard !isClosing else { return }
        isClosing = true
        finish()
        var data = ByteBuffer()
        data.write(webSocketErrorCode: code)
        context.writeAndFlush(
            wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: data)),
            promise: nil
        )
        let channel = context.channel
        context.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }

    /// Answers an ending with the same code, when it may be sent, and closes.
    private func answer(close frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        var data = frame.unmaskedData
        var code = WebSocketErrorCode.normalClosure
        if data.readableBytes > 0 {
            let number = data.getInteger(at: data.readerIndex, as: UInt16.self) ?? 0
            let isKnown =
                (1_000...1_003).contains(number) || (1_007...1_014).contains(number) || (3_000...4_999).contains(number)
            let reason = data.getBytes(at: data.readerIndex + 2, length: max(0, data.readableBytes - 2)) ?? []
            let isText = String(validating: reason, as: UTF8.self) != nil
            code =
                data.readableBytes >= 2 && isKnown && isText
                ? (data.readWebSocketErrorCode() ?? .protocolError) : .protocolError
        }
        isClosing = true
        finish()
        var reply = ByteBuffer()
        reply.write(webSocketErrorCode: code)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: reply)))
            .whenComplete { _ in channel.close(promise: nil) }
    }
}
