// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// Writes lines to a file from a thread of its own.
///
/// Putting a line never waits: when the reader of a pipe stops and too many lines wait, later ones are dropped and counted.
package final class LineSink: @unchecked Sendable {
    private let condition = NSCondition()
    private let file: FileHandle
    private let capacity: Int
    private var lines: [String] = []
    private var droppedLines = 0
    private var isWriting = false
    private var isClosed = false

    /// Creates a sink and starts its thread.
    package init(_ file: FileHandle, capacity: Int = 10_000) {
        self.file = file
        self.capacity = capacity
        Thread.detachNewThread { [self] in write() }
    }

    /// How many lines were dropped.
    package var dropped: Int {
        condition.lock()
        defer { condition.unlock() }
        return droppedLines
    }

    /// Adds a line.
    package func put(_ line: String) {
        condition.lock()
        defer { condition.unlock() }
        guard lines.count < capacity, !isClosed else {
            droppedLines += 1
            return
        }
        lines.append(line)
        condition.signal()
    }

    /// Takes no more lines, and waits until those that are there are written, but at most for a span.
    package func close(within seconds: Double = 1) {
        condition.lock()
        defer { condition.unlock() }
        isClosed = true
        condition.broadcast()
        let end = Date(timeIntervalSinceNow: seconds)
        while !lines.isEmpty || isWriting {
            guard condition.wait(until: end) else { return }
        }
    }

    private func write() {
        while let batch = take() {
            do {
                try file.write(contentsOf: Data((batch.joined(separator: "\n") + "\n").utf8))
            } catch {
                // There is nowhere left to tell it.
                note(lost: batch.count)
            }
        }
    }

    private func note(lost count: Int) {
        condition.lock()
        defer { condition.unlock() }
        droppedLines += count
    }

    private func take() -> [String]? {
        condition.lock()
        defer { condition.unlock() }
        isWriting = false
        condition.broadcast()
        while lines.isEmpty {
            if isClosed { return nil }
            condition.wait()
        }
        isWriting = true
        defer { lines.removeAll() }
        return lines
    }
}
