// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Files
import Foundation

/// `dure init`: writes a commented goal file to start from.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a commented goal file to start from.",
        discussion: "An existing file is kept unless --force is given. Exit codes: 0 written, 73 the file exists or "
            + "cannot be made."
    )

    @Argument(help: "Where to write it.", completion: .file())
    var path = "goal.yaml"

    @Option(help: "What the goal is about: a program of yours (command) or a listing (marketplace).")
    var kind: GoalFile.Template = .command

    @Option(help: "The goal's name.")
    var name: String?

    @Flag(help: "Replace an existing file.")
    var force = false

    func run() throws {
        let location = URL(filePath: path).absoluteURL.standardizedFileURL
        let folder = location.deletingLastPathComponent().lastPathComponent
        let text = GoalFile.template(kind, name: name ?? (folder.isEmpty || folder == "/" ? "my first goal" : folder))
        var isDirectory: ObjCBool = false
        if unsafe FileManager.default.fileExists(atPath: location.path, isDirectory: &isDirectory) {
            guard force, !isDirectory.boolValue else {
                throw ExitCode.cannotCreate.saying(
                    "\(path): already exists; give another path, or --force to replace it"
                )
            }
        }
        do {
            try Data(text.utf8).write(to: location, options: force ? [.atomic] : [.withoutOverwriting])
        } catch {
            let reason = error.localizedDescription
            throw ExitCode.cannotCreate.saying(
                "\(path): cannot be written (\(reason)); give a path in a folder you own"
            )
        }
        let message = "Wrote \(path). Edit it, then: dure validate \(path), dure rehearse \(path), dure run \(path)\n"
        try FileHandle.standardOutput.write(contentsOf: Data(message.utf8))
    }
}

extension GoalFile.Template: ExpressibleByArgument {}
