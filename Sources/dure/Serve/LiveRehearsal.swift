// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation

/// The demo's goal at a speed that one can watch: the same factors, trials and rules, with windows of seconds for windows of hours.
enum LiveRehearsal {
    /// How long a window takes, in seconds; the simulated market lives its six hours in it.
    private static let window = 6
    private static let hours = 6

    /// Writes the goal into a data folder, where a server that starts again finds its campaign; returns the file's path.
    static func write(into folder: DataFolder) throws -> String {
        try folder.create()
        let file = folder.url.appending(path: "rehearsal.yaml")
        do {
            try Data(text.utf8).write(to: file, options: .atomic)
        } catch {
            throw ExitCode.cannotCreate.saying("\(file.path): cannot be written (\(error.localizedDescription))")
        }
        return file.path
    }

    /// The goal.
    static var text: String {
        String(decoding: PackageResources.demo_goal_yaml, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .compactMap(line)
            .joined(separator: "\n")
    }

    /// A line of the demo's goal as it is here; nil for one that is left out.
    private static func line(_ line: Substring) -> String? {
        let key = line.prefix { $0 != ":" }
        switch key {
        case "deadline": return "deadline: 2h"
        case "baseline": return "baseline: \(window)s"
        case "  window": return "  window: \(window)s"
        case "  wash_out": return "  wash_out: 1s"
        case "  every": return "  every: 1s"
        case "  next_campaign": return "  next_campaign: none"
        case "simulation": return "simulation:\n  speed: \(hours * 3_600 / window)"
        // These are times of a month.
        case "  shock_at", "  worker_death_at": return nil
        default: return String(line)
        }
    }
}
