// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Operations

@Suite struct OpenFilesTests {
    @Test func `what is allowed already stays, and nothing beyond the system's limit is promised`() {
        let present = OpenFiles.allow(1)
        #expect(present > 0)
        #expect(OpenFiles.allow(present) == present)
        let most = OpenFiles.allow(.max)
        #expect(most >= present)
        #expect(OpenFiles.allow(1) == most)
    }
}
