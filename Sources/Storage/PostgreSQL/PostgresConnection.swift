// SPDX-License-Identifier: Apache-2.0

import CPQ
import Domain
import Glibc

/// One connection to a PostgreSQL server, which one thread uses at a time.
///
/// Its calls block. A connection that was lost throws `StorageError.unavailable` from then on, and is replaced by its owner.
@safe
package final class PostgresConnection {
    let pointer: OpaquePointer
    /// Statements that the server has prepared, by their text.
    var prepared: [String: PreparedStatement] = [:]
    /// Counts uses and names.
    var uses = 0
    /// How many statements stay prepared.
    let preparedLimit: Int
    /// How long an answer is waited for; nil for as long as it takes, for migrations.
    var answerTimeout: TimeSpan?
    /// Whether the server did not answer in time.
    private(set) var isSilent = false
    /// What the server was last told about commits.
    private var durability = Durability.power
    /// The setting under which a commit survives a power cut.
    private var safeCommit = "on"

    /// A statement that the server has parsed.
    struct PreparedStatement {
        var name: String
        var lastUse: Int
    }

    /// Connects, and blocks until the server has answered or the time for it is over.
    init(_ settings: PostgresSettings) throws(StorageError) {
        preparedLimit = max(settings.preparedStatements, 1)
        answerTimeout = settings.answerTimeout
        guard let pointer = unsafe Self.connect(settings.parameters) else {
            throw .unavailable("libpq could not allocate a connection")
        }
        unsafe self.pointer = pointer
        // Notices would be printed otherwise.
        unsafe PQsetNoticeProcessor(pointer, { _, _ in }, nil)
        guard unsafe PQstatus(pointer) == CONNECTION_OK else { throw .unavailable(lastMessage) }
        try setUp(settings)
    }

    deinit {
        unsafe PQfinish(pointer)
    }

    private static func connect(_ parameters: [String: String]) -> OpaquePointer? {
        let pairs = parameters.sorted { $0.key < $1.key }
        let copies = unsafe pairs.map { unsafe (keyword: strdup($0.key), value: strdup($0.value)) }
        defer {
            for index in unsafe copies.indices {
                unsafe free(copies[index].keyword)
                unsafe free(copies[index].value)
            }
        }
        let keywords = unsafe copies.map { unsafe UnsafePointer($0.keyword) } + [nil]
        let values = unsafe copies.map { unsafe UnsafePointer($0.value) } + [nil]
        return unsafe PQconnectdbParams(keywords, values, 0)
    }

    private func setUp(_ settings: PostgresSettings) throws(StorageError) {
        if let schema = settings.schema { _ = try simple("SET search_path = \(Self.quoted(schema))") }
        let result = try simple(
            """
            SET statement_timeout = \(settings.statementTimeout.milliseconds);
            SET idle_in_transaction_session_timeout = \(settings.idleInTransactionTimeout.milliseconds);
            SET client_min_messages = warning;
            \(Self.planning)
            SELECT current_setting('synchronous_commit')
            """
        )
        // A server that was set to forget is overruled; one that waits for its replicas goes on to.
        let found = result.count == 1 ? result.row(0).text(0) : "off"
        safeCommit = found == "off" ? "on" : found
        if found == "off" { _ = try simple("SET synchronous_commit = on") }
    }

    /// Plans that go by key, made once.
    ///
    /// A plan lasts as long as its connection, or until statistics change. Made while a table of the queue is empty, as it is at first and
    /// whenever all is done, it would read and sort the whole table from then on, however full it became. Nothing here needs more than an
    /// index and its order. (Costs count as high where no index serves, which would compile such a plan to machine code: hence `jit`.)
    static let planning = """
        SET enable_seqscan = off; SET enable_bitmapscan = off; SET jit = off; SET plan_cache_mode = force_generic_plan;
        """

    /// A name as SQL writes it where it is to be taken as it is.
    static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }

    /// Whether the connection was lost.
    var isLost: Bool { unsafe isSilent || PQstatus(pointer) != CONNECTION_OK }

    /// Whether a transaction is open, an aborted one included.
    var isInTransaction: Bool {
        let status = unsafe PQtransactionStatus(pointer)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// The server process of this connection.
    var processID: Int32 { unsafe PQbackendPID(pointer) }

    /// Sets how safe the next commits are; called outside of transactions.
    ///
    /// Told once and not at every transaction: changing sides costs a round trip, and most work of a connection is of one kind.
    func ensure(_ durability: Durability) throws(StorageError) {
        guard self.durability != durability else { return }
        _ = try simple("SET synchronous_commit = \(durability == .power ? safeCommit : "off")")
        self.durability = durability
    }

    /// Runs a text of one or more statements without arguments, and gives the last one's result.
    func simple(_ sql: String) throws(StorageError) -> PostgresResult {
        guard unsafe PQsendQuery(pointer, sql) == 1 else { throw connectionError() }
        return try receive()
    }

    /// Waits for all results of what was sent, and gives the last one; throws what it says where it is an error.
    func receive() throws(StorageError) -> PostgresResult {
        var last: PostgresResult?
        while let result = try nextResult() { last = result }
        guard let last else { throw connectionError() }
        try check(last)
        return last
    }

    /// Waits for the next result; nil when there is none any more, or between two statements of a pipeline.
    func nextResult() throws(StorageError) -> PostgresResult? {
        while unsafe PQisBusy(pointer) == 1 {
            try wait(POLLIN)
            guard unsafe PQconsumeInput(pointer) == 1 else { throw connectionError() }
        }
        guard let result = unsafe PQgetResult(pointer) else {
            if isLost { throw connectionError() }
            return nil
        }
        return unsafe PostgresResult(result)
    }

    /// Waits until the server's socket is ready, and tells for what.
    @discardableResult
    func wait(_ events: Int32) throws(StorageError) -> Int16 {
        var descriptor = pollfd(fd: unsafe PQsocket(pointer), events: Int16(events), revents: 0)
        let timeout = answerTimeout.map { Int32(clamping: $0.milliseconds) } ?? -1
        while true {
            let ready = unsafe poll(&descriptor, 1, timeout)
            if ready > 0 { return descriptor.revents }
            if ready < 0, errno == EINTR { continue }
            guard ready == 0, let answerTimeout else { throw connectionError() }
            isSilent = true
            throw .unavailable("the server did not answer for \(answerTimeout)")
        }
    }

    /// Throws what a result says where it is an error.
    func check(_ result: PostgresResult) throws(StorageError) {
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_PIPELINE_SYNC: return
        case PGRES_PIPELINE_ABORTED: throw .database(code: "", message: "a statement before it failed")
        default:
            let code = result.code
            if isLost || Self.isFarewell(code) { throw .unavailable(lastMessage) }
            // What libpq itself refuses has no code.
            throw .database(code: code, message: code.isEmpty ? lastMessage : result.message)
        }
    }

    /// Whether the server says with an error that it ends the connection, or does not take one: the classes 08, 57P0x and 53300.
    private static func isFarewell(_ code: String) -> Bool {
        code.hasPrefix("08") || code.hasPrefix("57P0") || code == "53300"
    }

    /// The error of a connection that failed without a result.
    func connectionError() -> StorageError {
        // What libpq itself refuses has no code.
        isLost ? .unavailable(lastMessage) : .database(code: "", message: lastMessage)
    }

    /// What libpq says last, on one line.
    private var lastMessage: String {
        let text = unsafe String(cString: PQerrorMessage(pointer))
        let line = text.split { $0.isWhitespace }.joined(separator: " ")
        return line.isEmpty ? "the connection was lost" : line
    }
}
