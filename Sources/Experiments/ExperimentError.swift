// SPDX-License-Identifier: Apache-2.0

/// Why a search cannot go on, and what would be right.
package enum ExperimentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No strategy has this name.
    case unknownStrategy(name: String, known: [String])
    /// A number of a request is outside its range.
    case invalidRequest(field: String, value: Int, least: Int)
    /// A combination is not one of the factor space.
    case outsideSpace(combination: String)
    /// A combination breaks a rule that the goal gives.
    case forbidden(combination: String)
    /// A decimal number is outside its range.
    case invalidNumber(field: String, value: Double, remedy: String)

    package var description: String {
        switch self {
        case .unknownStrategy(let name, let known):
            "There is no search strategy '\(name)'; use one of: \(known.joined(separator: ", "))."
        case .invalidRequest(let field, let value, let least):
            "\(field) is \(value); give at least \(least)."
        case .outsideSpace(let combination):
            "The combination \(combination) does not belong to the factors; give one level index per factor."
        case .forbidden(let combination):
            "The combination \(combination) is forbidden by the goal's own rules; change the rule or the control."
        case .invalidNumber(let field, let value, let remedy):
            "\(field) is \(value); \(remedy)."
        }
    }
}
