// SPDX-License-Identifier: Apache-2.0

/// Who sends and receives messages: the agents, and the gateway through which people and programs reach them.
package enum AgentName: String, Codable, Sendable, CaseIterable, CustomStringConvertible {
    /// The command line and the API, after their own checks; it only asks, nobody can address it.
    case gateway
    case orchestrator
    case variable
    case fleet
    case campaign
    case monitoring
    case analysis
    case newsTrend = "news_trend"
    case videoTrend = "video_trend"

    package var description: String { rawValue }
}
