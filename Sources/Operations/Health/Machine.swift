// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// How much of a machine is used, as shares of 0 to 1; nil where that cannot be told.
package protocol MachineGauge: Sendable {
    /// The share of time, since the last look, in which the processors worked.
    func processor() -> Double?
    /// The share of memory that is not to be had.
    func memory() -> Double?
    /// The share of a folder's disk that is not to be had.
    func disk(at path: String) -> Double?
}

/// Reads the kernel's own figures: `/proc`, and the limits of the control group where there are some.
package final class LinuxMachine: MachineGauge {
    /// Half a second of all processors; the kernel counts a hundred ticks a second of each.
    private static let leastTicks = 50 * Double(ProcessInfo.processInfo.activeProcessorCount)

    private let last = Locked<(busy: Double, all: Double)?>(nil)

    /// Creates a gauge, and begins to count the processors' time.
    package init() {
        _ = processor()
    }

    package func processor() -> Double? {
        guard let text = Self.read("/proc/stat"), let times = Self.times(text) else { return nil }
        return last.withLock { last in
            // Of a moment nothing can be said: a process that starts keeps the processors busy.
            if let before = last, times.all >= before.all, times.all - before.all < Self.leastTicks { return nil }
            defer { last = times }
            guard let before = last, times.all > before.all else { return nil }
            return min(max((times.busy - before.busy) / (times.all - before.all), 0), 1)
        }
    }

    package func memory() -> Double? {
        let machine = Self.read("/proc/meminfo").flatMap(Self.memoryShare)
        let group = Self.groupShare(
            used: Self.read("/sys/fs/cgroup/memory.current"),
            limit: Self.read("/sys/fs/cgroup/memory.max")
        )
        return [machine, group].compactMap { $0 }.max()
    }

    package func disk(at path: String) -> Double? {
        do {
            let attributes = try FileManager.default.attributesOfFileSystem(forPath: path)
            guard let size = (attributes[.systemSize] as? NSNumber)?.doubleValue, size > 0,
                let free = (attributes[.systemFreeSize] as? NSNumber)?.doubleValue
            else { return nil }
            return min(max(1 - free / size, 0), 1)
        } catch {
            // A folder that is not there yet, for instance: then nobody can tell.
            return nil
        }
    }

    /// The first line of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq and steal, in ticks.
    static func times(_ text: String) -> (busy: Double, all: Double)? {
        guard let line = text.split(separator: "\n").first, line.hasPrefix("cpu ") else { return nil }
        let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
        guard ticks.count >= 5 else { return nil }
        let all = ticks.reduce(0, +)
        return (all - ticks[3] - ticks[4], all)
    }

    /// What is not available of all memory, as `/proc/meminfo` has it.
    static func memoryShare(_ text: String) -> Double? {
        func value(_ name: String) -> Double? {
            text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
                .flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Double($0) }
        }
        guard let all = value("MemTotal"), all > 0, let available = value("MemAvailable") else { return nil }
        return min(max(1 - available / all, 0), 1)
    }

    static func groupShare(used: String?, limit: String?) -> Double? {
        guard let used = used.flatMap({ Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }),
            let limit = limit.flatMap({ Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }), limit > 0
        else { return nil }
        return min(max(used / limit, 0), 1)
    }

    private static func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
