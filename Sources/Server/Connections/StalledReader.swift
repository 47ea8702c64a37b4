// SPDX-License-Identifier: Apache-2.0

import Domain
import NIOCore

/// Closes the connection of a client that asks and does not take what it is answered.
///
/// A connection's idle time does not count while an answer is on its way, so that a client which never reads could keep its answers in memory for good.
/// Once more waits to be sent than the socket takes, so many bytes have to get away in each span, whatever speaks on the connection: HTTP,
/// server-sent events or a WebSocket.
final class StalledReader: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    /// How many bytes have to get away in a span.
    static let leastBytes = 65_536

    private let span: TimeAmount
    private var alarm: Scheduled<Void>?
    /// How much waited when it was looked at last.
    private var waiting = 0

    init(span: TimeSpan) {
        self.span = .milliseconds(span.milliseconds)
    }

    func handlerRemoved(context: ChannelHandlerContext) { rest() }

    func channelInactive(context: ChannelHandlerContext) {
        rest()
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            rest()
        } else if alarm == nil {
            waiting = Self.waiting(context.channel)
            watch(context)
        }
        context.fireChannelWritabilityChanged()
    }

    private func rest() {
        alarm?.cancel()
        alarm = nil
    }

    private func watch(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        alarm = context.eventLoop.scheduleTask(in: span) {
            let (handler, context) = bound.value
            handler.look(context)
        }
    }

    private func look(_ context: ChannelHandlerContext) {
        alarm = nil
        guard !context.channel.isWritable else { return }
        let now = Self.waiting(context.channel)
        guard waiting - now >= Self.leastBytes else { return context.close(promise: nil) }
        waiting = now
        watch(context)
    }

    private static func waiting(_ channel: any Channel) -> Int {
        (try? channel.syncOptions?.getOption(ChannelOptions.bufferedWritableBytes)) ?? 0
    }
}
