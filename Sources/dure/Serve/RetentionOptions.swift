// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Jobs

/// How long a process that keeps house keeps what has ended; processes that share a database are to be given the same.
struct RetentionOptions: ParsableArguments {
    @Option(help: "How long workflow runs that have ended are kept, such as 90d.")
    var keepWorkflowRuns = "30d"

    func validate() throws {
        guard let span = TimeSpan(keepWorkflowRuns), span > .zero else {
            throw ValidationError("--keep-workflow-runs is '\(keepWorkflowRuns)'; give a length of time such as 30d")
        }
    }

    var retention: Housekeeper.Retention {
        Housekeeper.Retention(workflowRuns: TimeSpan(keepWorkflowRuns) ?? .days(30))
    }
}
