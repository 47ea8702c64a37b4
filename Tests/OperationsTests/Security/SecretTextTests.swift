// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Operations

@Suite struct SecretTextTests {
    @Test func `of a key only the public part stays, wherever it stands`() {
        var generator = SplitMix64(seed: 5)
        let key = KeyText(using: &generator)
        let secret = String(key.text.suffix(38))
        for text in [
            key.text, "/api/v1/keys/\(key.text)", "Bearer \(key.text), \(key.text)", "{\"key\":\"\(key.text)\"}",
        ] {
            let masked = SecretText.masked(text)
            #expect(!masked.contains(secret.prefix(6)), "\(masked)")
            #expect(masked.contains("dure_\(key.id)_***"))
        }
        #expect(SecretText.masked(String(key.text.dropLast(5))) == "dure_\(key.id)_***", "a cut one")
    }

    @Test func `cookies, links, tokens and passwords in addresses are masked`() {
        let long = String(repeating: "Ab-_", count: 11)
        #expect(
            SecretText.masked("dure-session=dureses.abcdefghijkl.\(long)") == "dure-session=dureses.abcdefghijkl.***"
        )
        #expect(SecretText.masked("/sign-in#durelink.abcdefghijkl.\(long)") == "/sign-in#durelink.abcdefghijkl.***")
        #expect(SecretText.masked("Bearer eyJhbGciOiJI.eyJpc3MiOiJk.\(long)") == "Bearer eyJ***")
        #expect(
            SecretText.masked("no answer of redis://:hunter2@10.0.0.1:6379/0")
                == "no answer of redis://:***@10.0.0.1:6379/0"
        )
        #expect(
            SecretText.masked("postgresql://dure:p%40ss:x@db/dure?sslmode=require")
                == "postgresql://dure:***@db/dure?sslmode=require"
        )
    }

    @Test(arguments: [
        "", "dure_", "https://example.org/a?b=c@d", "http://127.0.0.1:7420/api", "a campaign of dure_s", "eyJ",
        "mail kim@example.org: see http://x/y", "http://[::1]:80/@", "갤럭시 S24 50만원: https://x.example",
    ])
    func `what holds no secret stays as it is`(text: String) {
        #expect(SecretText.masked(text) == text)
    }
}
