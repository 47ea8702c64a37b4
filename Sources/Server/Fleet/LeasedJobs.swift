// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import NIOCore

/// Writes batches of jobs as JSON without reading their payloads, which are canonical JSON already.
enum LeasedJobs {
    /// The answer to a poll, as `FleetWire.Batch` reads it.
    static func json(batch: Int, jobs: [Job]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeString("{\"batch\":\(batch),\"jobs\":[")
        for (place, job) in jobs.enumerated() {
            if place > 0 { buffer.writeString(",") }
            write(job, to: &buffer)
        }
        buffer.writeString("]}")
        return buffer
    }

    /// Identifiers, tokens, kinds and names of workspaces are of characters that need no escape.
    private static func write(_ job: Job, to buffer: inout ByteBuffer) {
        buffer.writeString("{\"attempt\":\(job.attempt)")
        if let campaign = job.campaign { buffer.writeString(",\"campaign\":\"\(campaign.text)\"") }
        buffer.writeString(",\"id\":\"\(job.id.text)\",\"kind\":\"\(job.kind.rawValue)\",\"payload\":")
        buffer.writeString(job.payload)
        buffer.writeString(",\"token\":\"\(job.lease?.token ?? "")\",\"workspace\":\"\(job.workspace.name)\"}")
    }
}
