// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

@testable import Files

@Suite struct RegisteredCommandTests {
    private static let known = [
        "conversion": Command(arguments: ["./measure.sh", "--shop", "7"], directory: "/srv/shop", timeout: .minutes(5))
    ]

    private static func goal(trial: String) -> String {
        """
        name: tune
        metric: score
        factors:
          mode: [fast, small]
          threads: [1, 2, 4]
        trial: \(trial)
        """
    }

    @Test func `a goal from outside runs the command that it names, as it was registered`() throws {
        let text = Self.goal(trial: "{measure: {registered: conversion}}")
        let goal = try GoalFile.read(text, directory: "/", registered: Self.known)
        #expect(goal.trial.kind == .command)
        #expect(goal.trial.measure == Self.known["conversion"])
    }

    @Test(arguments: [
        ("{measure: ./measure.sh}", "trial.measure"),
        ("{measure: [/bin/sh, -c, id]}", "trial.measure"),
        ("{measure: {run: id}}", "trial.measure.run"),
        ("{measure: {registered: conversion, run: id}}", "trial.measure.run"),
        ("{measure: {registered: conversion, environment: {LD_PRELOAD: x.so}}}", "trial.measure.environment"),
        ("{measure: {registered: conversion}, environment: {PATH: /tmp}}", "trial.environment"),
        ("{measure: {registered: conversion}, directory: /tmp}", "trial.directory"),
        ("{measure: {registered: conversion}, timeout: 9d}", "trial.timeout"),
        ("{measure: {registered: conversion}, apply: ./apply.sh}", "trial.apply"),
        ("{measure: {registered: ../conversion}}", "trial.measure.registered"),
        ("{measure: {registered: [conversion]}}", "trial.measure.registered"),
    ])
    func `a goal from outside brings nothing of its own to run, to run in or to run for`(
        _ trial: String,
        _ field: String
    ) throws {
        let errors = try #require(throws: GoalFileErrors.self) {
            try GoalFile.read(Self.goal(trial: trial), directory: "/", registered: Self.known)
        }
        #expect(errors.errors.map(\.field).contains(field), "\(errors)")
    }

    @Test func `a file for a server is read as the server reads it, with whatever names it has`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dure-registered-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func load(_ trial: String) throws -> GoalFile {
            let file = folder.appending(path: "goal.yaml")
            try Data(Self.goal(trial: trial).utf8).write(to: file)
            return try GoalFile.load(file.path, mayBeForServer: true)
        }
        let both = "{measure: {registered: conversion}, apply: {registered: prices}}"
        #expect(try load(both).registered == ["conversion", "prices"])
        #expect(try load("{measure: ./measure.sh}").registered == [])
        let own = try #require(throws: GoalFileErrors.self) {
            try load("{measure: {registered: conversion}, apply: ./apply.sh}")
        }
        #expect(own.errors.map(\.field) == ["trial.apply"], "\(own)")
    }

    @Test func `a file of the machine's own names no registered command`() throws {
        let errors = try #require(throws: GoalFileErrors.self) {
            try GoalFile.read(Self.goal(trial: "{measure: {registered: conversion}}"), directory: "/")
        }
        #expect(errors.errors.first?.field.hasPrefix("trial.measure") == true)
    }

    @Test func `where nothing is registered the refusal says how to register`() throws {
        let errors = try #require(throws: GoalFileErrors.self) {
            try GoalFile.read(Self.goal(trial: "{measure: ./measure.sh}"), directory: "/", registered: [:])
        }
        #expect(errors.description.contains("dure commands add"))
    }
}
