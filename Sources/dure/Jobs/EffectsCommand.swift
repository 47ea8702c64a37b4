// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Storage

/// `dure effects`: what was done to the outside, and what nobody knows the end of.
struct EffectsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "effects",
        abstract: "Look at what was done to the outside, and say what became of what nobody knows.",
        subcommands: [List.self, Settle.self],
        defaultSubcommand: List.self
    )

    /// `dure effects list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List effects in a state, oldest first.")
        @Argument(help: "The state: \(Effect.State.allCases.map(\.rawValue).joined(separator: ", ")).") var state =
            "unclear"
        @Option(help: "How many at most.") var limit = 50
        @OptionGroup var place: DataPlace
        @Flag(help: "Print one JSON object per effect.") var json = false

        func run() async throws {
            guard let state = Effect.State(rawValue: state) else {
                throw ExitCode.usage.saying(
                    "'\(self.state)' is no state; give one of "
                        + Effect.State.allCases.map(\.rawValue).joined(separator: ", ")
                )
            }
            guard limit > 0 else { throw ExitCode.usage.saying("--limit is \(limit); give 1 or more") }
            let effects = try await place.reading { try await $0.effects(in: state, limit: limit) }
            if json {
                for one in effects { try Console.json(one) }
                return
            }
            guard !effects.isEmpty else {
                return try Console.line("There is no effect in the state \(state.rawValue).")
            }
            let rows = effects.map { [$0.key, $0.kind, "\($0.updatedAt)", $0.intent, $0.response ?? ""] }
            try Console.line(TextTable.lines(rows).joined(separator: "\n"))
        }
    }

    /// `dure effects settle`.
    struct Settle: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what became of an effect, once you have looked at the other side.",
            discussion: "One that was not done is done when its job is tried again; one that was done is not."
        )
        @Argument(help: "The effect's key.") var key: String
        @Flag(help: "It was done.") var done = false
        @Flag(help: "It was not done.") var notDone = false
        @OptionGroup var place: DataPlace

        func validate() throws {
            guard done != notDone else { throw ValidationError("say --done or --not-done") }
        }

        func run() async throws {
            try await place.changing("effect.settle", key, detail: done ? "done" : "not done") { store in
                try await store.settle(
                    key,
                    as: done ? .done : .failed,
                    response: done ? "{}" : "a person has looked: it was not done",
                    now: SystemClock().now
                )
            }
        }
    }
}
