// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The events that a list of trends should hold.
struct EventFile: Decodable {
    let events: [Event]
}

/// Something that happened, and what the titles call it.
struct Event: Decodable {
    enum CodingKeys: String, CodingKey {
        case id, dataset, month, aliases
        case firstBurstDay = "first_burst_day"
    }

    let id: String
    let dataset: String
    let month: String
    let aliases: [String]
    let firstBurstDay: String?

    /// Whether a term holds one of the aliases as a run of tokens.
    func isNamed(by term: String) -> Bool { aliases.contains { " \(term) ".contains(" \($0) ") } }
}

/// A measured figure beside what it should be.
struct Figure {
    let test: String
    let name: String
    let value: Double
    var target: String
    var floor: String

    var line: String {
        "| \(test) | \(name) | \(String(format: "%.3f", value)) | \(target) | \(floor) |"
    }
}
