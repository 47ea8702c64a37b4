# SPDX-License-Identifier: Apache-2.0
"""Rows 10 to 13: faults of the database under the servers."""
import sqlite3
import time

from harness.load import dear
from harness.proxy import Proxy

from .register import POSTGRES, SQLITE, row


@row("10", "PostgreSQL restarts: fast, immediate, kill -9, one backend", POSTGRES, quick=POSTGRES)
def restart_postgres(stage):
    """The servers come back by themselves once the database does; what was accepted before is there."""
    stage.serve()
    for number in range(4):
        stage.witness(f"t{number}", kinds=["trial.command"])
    # Keeps to the probes by which it is seen that jobs are accepted again.
    stage.worker("d0", options=["--kinds", "probe"])
    stage.await_workers(5)
    stage.call(callers=4, pace=10.0, payload=dear)
    postgres = stage.config.postgres
    ways = ("fast", "kill", "one backend", "immediate")
    for number in stage.rounds(every=5, at_least=4 if stage.config.seconds > 10 else 2):
        stage.pause(2)
        since = time.monotonic()
        if ways[number % 4] == "one backend":
            postgres.kill_one_backend(stage.database)
        else:
            postgres.restart(ways[number % 4])
        stage.await_service(since)


@row("11", "connection lost after COMMIT was sent", POSTGRES)
def lose_commits(stage):
    """The database commits and the server does not hear of it: it looks up what became of it."""
    proxy = Proxy(lambda: stage.config.postgres.port, seed=stage.config.seed)
    stage.database_port = proxy.port
    stage.serve()
    stage.usual(workers=1, witnesses=2, python=False)
    proxy.cut_share = 0.02
    proxy.cut_on = b"COMMIT"
    for _ in stage.rounds(every=5):
        stage.pause(5)
    stage.expect(proxy.cuts > 5, f"only {proxy.cuts} commits were cut off, so that little was shown")
    since = time.monotonic()
    proxy.heal()
    stage.await_service(since)
    refused = refusals(stage)
    stage.expect(refused == 0, f"{refused} calls were refused although the outcome could be looked up")
    stage.settle()
    proxy.close()


def refusals(stage):
    """How many calls of those who add jobs got a 5xx."""
    return sum(event["status"] >= 500 for event in stage.history.of("add"))


# Breaks one statement in twenty-five off, as a conflict with another transaction would.
CONFLICTS = """
CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF random() < 0.04 THEN
        RAISE EXCEPTION 'a conflict' USING ERRCODE = CASE WHEN random() < 0.5 THEN '40001' ELSE '40P01' END;
    END IF;
    RETURN NULL;
END $$;
"""
TABLES = ("job_bodies", "job_leases", "job_outcomes", "worker_sessions", "job_ready")


@row("12", "deadlocks and serialization failures", POSTGRES)
def conflicts(stage):
    """Transactions that the database breaks off are begun again, and nobody outside hears of it."""
    stage.serve()
    stage.usual(workers=1, witnesses=2, python=False)
    before = refusals(stage)
    ask(stage, CONFLICTS)
    for table in TABLES:
        ask(stage, f"CREATE TRIGGER conflict AFTER INSERT OR DELETE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION conflict()")
    stage.pause(stage.config.seconds)
    for table in TABLES:
        ask(stage, f"DROP TRIGGER conflict ON {table}")
    stage.await_service(time.monotonic())
    broken_off = int(stage.truth.rows("SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()")[0][0])
    stage.expect(broken_off > 5, f"only {broken_off} transactions were broken off, so that little was shown")
    refused = refusals(stage) - before
    stage.expect(refused == 0, f"{refused} callers were told of a conflict")


def ask(stage, sql):
    stage.config.postgres.query(sql, stage.database, check=True)


@row("13", "SQLite held by another writer for 8 s", SQLITE)
def hold_sqlite(stage):
    """Somebody else locks the file for longer than the server waits: it says so, and goes on afterwards."""
    stage.serve()
    stage.usual(workers=1, witnesses=1, python=False)
    for _ in stage.rounds(every=14):
        stage.pause(2)
        refusals_before = stage.load.refusals
        other = sqlite3.connect(stage.truth.path, timeout=5, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        stage.pause(8)
        since = time.monotonic()
        other.execute("ROLLBACK")
        other.close()
        stage.expect(stage.load.refusals > refusals_before, "no caller was told that the file is held")
        stage.await_service(since)
