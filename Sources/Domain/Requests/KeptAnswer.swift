// SPDX-License-Identifier: Apache-2.0

/// A request that shall be carried out once, however often it is sent under its key.
package struct AnswerClaim: Hashable, Sendable {
    package var workspace: WorkspaceID
    /// Whose key it is: two callers' keys are apart.
    package var caller: String
    package var key: String
    /// What is asked for, and a hash of the rest of the request.
    package var operation: String
    package var fingerprint: String

    /// Creates a claim.
    package init(workspace: WorkspaceID, caller: String, key: String, operation: String, fingerprint: String) {
        self.workspace = workspace
        self.caller = caller
        self.key = key
        self.operation = operation
        self.fingerprint = fingerprint
    }
}

/// What is kept of a request under its key.
package struct KeptAnswer: Hashable, Codable, Sendable {
    /// What was answered.
    package struct Whole: Hashable, Codable, Sendable {
        package var status: Int
        package var type: String?
        package var location: String?
        package var body: String

        /// Creates an answer.
        package init(status: Int, type: String?, location: String?, body: String) {
            self.status = status
            self.type = type
            self.location = location
            self.body = body
        }
    }

    package var operation: String
    package var fingerprint: String
    /// Nil while the request is being carried out.
    package var whole: Whole?

    /// Creates what is kept.
    package init(operation: String, fingerprint: String, whole: Whole?) {
        self.operation = operation
        self.fingerprint = fingerprint
        self.whole = whole
    }
}
