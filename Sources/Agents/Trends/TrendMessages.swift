// SPDX-License-Identifier: Apache-2.0

package import Domain
import Messaging

/// Asks a trend agent to look for trends now.
package struct LookForTrends: Action {
    package typealias Reply = WorkflowRunID
    package static let name = "look_for_trends"

    package var request: TrendRequest

    /// Creates the request.
    package init(request: TrendRequest) {
        self.request = request
    }
}

/// Has a trend agent tell of the runs that have ended since it last looked.
struct TellOfTrends: Action {
    typealias Reply = Done
    static let name = "tell_of_trends"
}

/// A watched product or brand is written of, or watched, more than before.
///
/// It may come twice; the run tells one from another.
package struct SubjectTrending: Event {
    package static let name = "subject_trending"

    package var run: WorkflowRunID
    package var workspace: WorkspaceID
    package var subject: TouchedSubject

    /// Creates the event.
    package init(run: WorkflowRunID, workspace: WorkspaceID, subject: TouchedSubject) {
        self.run = run
        self.workspace = workspace
        self.subject = subject
    }
}
