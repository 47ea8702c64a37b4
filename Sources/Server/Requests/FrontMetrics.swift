// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import Operations

/// What is measured of requests and connections.
package struct FrontMetrics: Sendable {
    private let requests: MetricFamily
    private let spans: MetricFamily
    let refused: MetricFamily
    let connections: MetricFamily

    /// Creates the families.
    package init(_ registry: MetricsRegistry) {
        requests = registry.counter(
            "dure_http_requests_total",
            "Requests that were answered.",
            labels: ["method", "route", "status"]
        )
        spans = registry.histogram(
            "dure_http_request_seconds",
            "How long requests took, from the head to the answer; a poll waits for jobs.",
            labels: ["route"]
        )
        refused = registry.counter(
            "dure_http_connections_refused_total",
            "Connections that were closed because their address had too many."
        )
        connections = registry.gauge("dure_http_connections", "Connections that are open.")
    }

    func note(_ method: HTTPRequest.Method, _ route: Endpoint?, _ status: HTTPResponse.Status, seconds: Double) {
        // Paths that are no routes are somebody else's words: they must not become labels.
        let path = route?.path ?? "none"
        requests.add(1, route == nil ? "any" : method.rawValue, path, String(status.code))
        spans.observe(seconds, path)
    }
}
