// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Texts as C takes them.
enum CStrings {
    /// Lends the texts as an array of C strings.
    static func with<Result>(_ texts: [String], _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Result)
        -> Result
    {
        let copies = unsafe texts.map { unsafe strdup($0) }
        defer {
            for index in 0..<texts.count { unsafe free(copies[index]) }
        }
        let pointers = unsafe copies.map { unsafe UnsafePointer<CChar>($0) }
        return unsafe pointers.withUnsafeBufferPointer { unsafe body($0) }
    }
}
