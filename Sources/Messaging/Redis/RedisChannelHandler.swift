// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Writes groups of commands to a connection and hands each group its replies; lives on the connection's event loop.
///
/// Commands of one turn of the loop leave in one write. Replies come in the order of the commands, so that the oldest group that waits
/// is the one whose time may run out.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias Completion = @Sendable (Result<[RESPValue], RedisError>) -> Void

    private struct Group {
        var name: String
        var count: Int
        var replies: [RESPValue] = []
        var deadline: NIODeadline
        var completion: Completion
    }

    /// How many groups may wait for their replies; a server that does not answer must not fill the memory before its time runs out.
    private static let limit = 50_000
    private static let checkInterval = TimeAmount.milliseconds(100)

    private var parser: RESPParser
    private var incoming = ByteBuffer()
    private var outgoing = ByteBuffer()
    private var isFlushDue = false
    private var groups = CircularBuffer<Group>()
    private var context: ChannelHandlerContext?
    private var check: RepeatedTask?
    private var failure: RedisError?

    init(limits: RESPParser.Limits) {
        parser = RESPParser(limits: limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        check = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.checkInterval, delay: Self.checkInterval) {
            _ in
            bound.value.checkDeadline()
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(.disconnected(reason: "the connection was closed"))
        check?.cancel()
        check = nil
        self.context = nil
    }

    /// Sends commands; the completion runs on the event loop, with a reply for each or with the error that ended the connection.
    func send(_ commands: [RedisCommand], within span: TimeAmount, completion: @escaping Completion) {
        guard let context, failure == nil else {
            completion(.failure(failure ?? .disconnected(reason: "the connection was closed")))
            return
        }
        guard groups.count < Self.limit else {
            completion(.failure(.overloaded(limit: Self.limit)))
            return
        }
        for command in commands {
            command.write(into: &outgoing)
        }
        groups.append(
            Group(
                name: commands.first?.name ?? "",
                count: commands.count,
                deadline: .now() + span,
                completion: completion
            )
        )
        guard !isFlushDue else { return }
        isFlushDue = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute { bound.value.flush() }
    }

    private func flush() {
        isFlushDue = false
        guard let context, outgoing.readableBytes > 0 else { return }
        let bytes = outgoing
        outgoing = context.channel.allocator.buffer(capacity: 1_024)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if incoming.readableBytes == 0 { incoming = bytes } else { incoming.writeBuffer(&bytes) }
        do {
            while failure == nil, let value = try parser.next(in: &incoming) {
                take(value)
            }
        } catch {
            end(.unreadable(error))
        }
    }

    private func take(_ value: RESPValue) {
        if case .push = value { return }
        guard var group = groups.popFirst() else {
            end(.unreadable(.malformed(what: "a reply", value: "unasked", expected: "none before the next command")))
            return
        }
        group.replies.append(value)
        if group.replies.count < group.count {
            groups.prepend(group)
        } else {
            group.completion(.success(group.replies))
        }
    }

    private func checkDeadline() {
        guard let group = groups.first, group.deadline < .now() else { return }
        end(.timedOut(command: group.name))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.disconnected(reason: String(describing: error)))
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.disconnected(reason: "Redis closed the connection"))
        context.fireChannelInactive()
    }

    /// Fails what waits and closes the connection; only the first reason counts.
    private func end(_ error: RedisError) {
        guard failure == nil else { return }
        failure = error
        let waiting = groups
        groups = CircularBuffer()
        context?.close(promise: nil)
        for group in waiting {
            group.completion(.failure(error))
        }
    }
}
