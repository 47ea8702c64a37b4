// SPDX-License-Identifier: Apache-2.0

import CProcess
import Domain
import Foundation
import Jobs
import Testing

/// Runs scripts as the user's programs.
enum Script {
    static let inherited = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"]

    /// A command that runs shell text.
    static func command(_ text: String, timeout: TimeSpan = .seconds(60)) -> Command {
        Command(arguments: ["sh", "-c", text], timeout: timeout)
    }

    static func execute(
        _ text: String,
        timeout: TimeSpan = .seconds(60),
        input: String = "",
        environment: [String: String] = [:],
        grace: Duration = .milliseconds(100)
    ) async throws -> ProgramOutput {
        try await ProgramRunner(inherited: inherited, grace: grace)
            .execute(command(text, timeout: timeout), input: Data(input.utf8), environment: environment)
    }

    /// The failure of a script that must not succeed.
    static func failure(_ text: String, timeout: TimeSpan = .seconds(60)) async throws -> Failure {
        try await failure(of: command(text, timeout: timeout))
    }

    /// The failure of a command that must not succeed.
    static func failure(of command: Command) async throws -> Failure {
        let runner = ProgramRunner(inherited: inherited, grace: .milliseconds(100))
        let failure = await #expect(throws: Failure.self) {
            _ = try await runner.run(command, input: Data(), environment: [:])
        }
        return try #require(failure)
    }

    /// Waits until a process is gone, or is only waited for by its parent.
    static func hasEnded(_ process: Int32) -> Bool {
        let path = "/proc/\(process)/stat"
        for _ in 0..<20_000 {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return true }
            let state = text.split(separator: ")").last?.split(separator: " ").first
            if state == "Z" || state == "X" { return true }
            usleep(500)
        }
        return false
    }
}

// Time-outs of whole seconds: a program on a busy machine gets to its first line in that time.
@Suite(.timeLimit(.minutes(10)))
struct ProgramRunnerTests {
    @Test(arguments: [
        (65, Failure.Class.invalid), (75, .unknown), (77, .permission), (126, .permission), (127, .notFound),
        (1, .unknown),
        (255, .unknown),
    ])
    func `an exit code other than zero is a failure of its class, with the last lines`(
        code: Int,
        expected: Failure.Class
    ) async throws {
        let failure = try await Script.failure("echo measured; echo 측정 실패 >&2; exit \(code)")
        #expect(failure.class == expected)
        #expect(failure.message.contains("exit code \(code)"))
        #expect(failure.lastLines == ["measured", "측정 실패"])
    }

    @Test func `a program that succeeds gives its output, its last line and no failure`() async throws {
        let output = try await Script.execute("echo 첫 줄; echo '{\"점수\": 1}'; echo; echo '  '; echo warning >&2")
        #expect(output.ending == .exit(0))
        #expect(output.lastLine == "{\"점수\": 1}")
        #expect(output.outputTail.hasPrefix("첫 줄\n"))
        #expect(output.errorTail == "warning\n")
        #expect(output.lastLines == ["첫 줄", "{\"점수\": 1}", "warning"])
    }

    @Test func `a program that a signal ends is a failure that names the signal`() async throws {
        let failure = try await Script.failure("echo half; kill -SEGV $$")
        #expect(failure.class == .unknown)
        #expect(failure.message.contains("signal 11 (SIGSEGV)"))
        #expect(failure.lastLines == ["half"])
    }

    @Test func `a program that hangs is ended when its time is over`() async throws {
        let failure = try await Script.failure("echo before; exec sleep 1000", timeout: .seconds(3))
        #expect(failure.class == .timeOut)
        #expect(failure.message.contains("within 3s"))
        #expect(failure.lastLines == ["before"])
    }

    @Test func `a program that ignores SIGTERM is killed after the grace, and its children with it`() async throws {
        let failure = try await Script.failure(
            "trap '' TERM; sleep 1000 & echo $!; while :; do sleep 1000; done",
            timeout: .seconds(3)
        )
        #expect(failure.class == .timeOut)
        let child = try #require(failure.lastLines.first.flatMap { Int32($0) })
        #expect(Script.hasEnded(child))
    }

    @Test func `a program may tidy up between SIGTERM and its end`() async throws {
        let runner = ProgramRunner(inherited: Script.inherited, grace: .seconds(60))
        let command = Script.command(
            "trap 'echo tidied; exit 0' TERM; echo ready; while :; do sleep 0.01; done",
            timeout: .seconds(3)
        )
        let failure = await #expect(throws: Failure.self) {
            _ = try await runner.run(command, input: Data(), environment: [:])
        }
        #expect(failure?.class == .timeOut)
        // The shell may add what it says about the child that the signal has ended.
        #expect(failure?.lastLines.prefix(2) == ["ready", "tidied"])
    }

    @Test func `a child left in the background is killed when the program ends, and nobody waits for it`() async throws
    {
        let output = try await Script.execute("sleep 1000 & echo $!")
        let child = try #require(output.lastLine.flatMap { Int32($0) })
        #expect(Script.hasEnded(child))
    }

    @Test func `nobody waits for a process that left the group and holds the output open`() async throws {
        // The program ends only once the other has left its group and said its number.
        let output = try await Script.execute(
            "f=$(mktemp -u); mkfifo $f; setsid sh -c \"echo \\$\\$; echo > $f; exec sleep 1000\" & read x < $f; rm $f"
        )
        #expect(output.ending == .exit(0))
        let escaped = try #require(output.lastLine.flatMap { Int32($0) })
        #expect(kill(escaped, SIGKILL) == 0)
    }

    @Test func `a cancelled task ends its program and throws the cancellation`() async throws {
        let started = FileManager.default.temporaryDirectory.appending(path: "dure-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: started) }
        let task = Task {
            try await Script.execute(
                "echo $$ > '\(started.path).part'; mv '\(started.path).part' '\(started.path)'; sleep 1000"
            )
        }
        var text: String?
        while text == nil {
            text = try? String(contentsOf: started, encoding: .utf8)
            await Task.yield()
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        let process = try #require(text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
        #expect(Script.hasEnded(process))
    }

    @Test func `input that is left unread, and input larger than a pipe, do no harm`() async throws {
        let large = String(repeating: "x", count: 3_000_000)
        #expect(try await Script.execute("exit 0", input: large).ending == .exit(0))
        #expect(try await Script.execute("exec 0<&-; sleep 0.01; echo done", input: large).lastLine == "done")
        #expect(try await Script.execute("wc -c", input: large).lastLine == "3000000")
        #expect(try await Script.execute("cat /dev/stdin", input: "가격 할인").lastLine == "가격 할인")
    }

    @Test func `a huge output is read to its end and kept only in part`() async throws {
        let output = try await Script.execute(
            "head -c 20000000 /dev/zero | tr '\\0' 'a'; echo; head -c 20000000 /dev/zero >&2; echo '{\"x\": 1}'"
        )
        #expect(output.lastLine == "{\"x\": 1}")
        #expect(output.outputTail.utf8.count == 65_536)
        #expect(output.errorTail.utf8.count == 65_536)
        let bounded = output.lastLines.allSatisfy { $0.count <= 501 }
        #expect(bounded)
    }

    @Test func `a last line of up to a megabyte is whole, and a longer one is said to be cut`() async throws {
        let whole = try await Script.execute("echo first; head -c 1048576 /dev/zero | tr '\\0' 'b'; echo")
        #expect(whole.lastLine?.utf8.count == 1_048_576)
        #expect(!whole.isLastLineCut)
        let cut = try await Script.execute("echo first; head -c 3000000 /dev/zero | tr '\\0' 'b'; echo")
        #expect(cut.lastLine?.utf8.count == 1_048_576)
        #expect(cut.isLastLineCut)
    }

    @Test func `the lines that are kept hold no control characters`() async throws {
        let output = try await Script.execute("printf 'a\\033[31mred\\007\\r\\nb\\tc\\n'")
        #expect(output.lastLines == ["a[31mred", "b\tc"])
    }

    @Test func `the environment is inherited, then the command's, then the trial's`() async throws {
        var command = Script.command("echo \"$ONE $TWO $THREE\"")
        command.environment = ["TWO": "command", "THREE": "command"]
        let runner = ProgramRunner(inherited: Script.inherited.merging(["ONE": "own", "TWO": "own"]) { $1 })
        let output = try await runner.run(command, input: Data(), environment: ["THREE": "trial"])
        #expect(output.lastLine == "own command trial")
        // A shell would drop a name that is not ASCII.
        let printing = Command(arguments: ["printenv", "한글"])
        #expect(try await runner.run(printing, input: Data(), environment: ["한글": "값"]).lastLine == "값")
    }

    @Test func `a program starts with nothing open but its three streams, in a group of its own`() async throws {
        let output = try await Script.execute("ls /proc/self/fd | tr '\\n' ' '; echo; ps -o pgid= -p $$; echo $$; trap")
        let lines = output.outputTail.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        // The fourth is the folder that ls itself reads.
        #expect(lines.first == "0 1 2 3")
        #expect(lines.dropFirst().first == lines.dropFirst(2).first)
    }

    @Test func `a program or folder that is not there is not found, and a file that cannot run is not permitted`()
        async throws
    {
        let missing = try await Script.failure(of: Command(arguments: ["no-such-program-of-dure"]))
        #expect(missing.class == .notFound)
        #expect(missing.message.contains("no-such-program-of-dure"))
        #expect(
            try await Script.failure(of: Command(arguments: ["./missing.sh"], directory: "/tmp")).class == .notFound
        )
        let folder = try await Script.failure(of: Command(arguments: ["true"], directory: "/no/such/folder"))
        #expect(folder.class == .notFound)
        #expect(folder.message.contains("/no/such/folder"))
        #expect(try await Script.failure(of: Command(arguments: ["/etc/passwd"])).class == .permission)
        #expect(try await Script.failure(of: Command(arguments: [])).class == .invalid)
        #expect(try await Script.failure(of: Command(arguments: ["true", "a\0b"])).class == .invalid)
    }

    @Test func `a script is found from the command's folder, also without an interpreter line`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dure 측정 \(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = folder.appending(path: "measure")
        try Data("echo \"$1 in $(basename \"$PWD\")\"\n".utf8).write(to: script)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
        let command = Command(arguments: ["./measure", "한 글"], directory: folder.path)
        let output = try await ProgramRunner(inherited: Script.inherited).run(command, input: Data(), environment: [:])
        #expect(output.lastLine == "한 글 in \(folder.lastPathComponent)")
    }

    @Test func `many programs run at once and each gets its own answer`() async throws {
        let answers = try await withThrowingTaskGroup(of: (Int, String?).self) { group in
            for index in 0..<64 {
                group.addTask { (index, try await Script.execute("cat; sleep 0.05", input: "\(index)").lastLine) }
            }
            return try await group.reduce(into: [Int: String?]()) { $0[$1.0] = $1.1 }
        }
        let areRight = (0..<64).allSatisfy { answers[$0] == String($0) }
        #expect(areRight)
    }
}
