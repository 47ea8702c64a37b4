# SPDX-License-Identifier: Apache-2.0
"""What the database itself has, read past the program under test."""
import json
import sqlite3
from collections import namedtuple

Outcome = namedtuple("Outcome", "state token result workers_lost")


class Truth:
    """The tables of a store. A subclass says how rows are read: `rows` gives lists, or None when the database does not answer."""

    def rows(self, sql):
        raise NotImplementedError

    def bodies(self):
        """The idempotency key of each job."""
        return {row[0]: row[1] for row in self.rows("SELECT id, idempotency_key FROM job_bodies") or []}

    def outcomes(self):
        rows = self.rows("SELECT id, state, token, result, workers_lost FROM job_outcomes") or []
        return {row[0]: Outcome(row[1], row[2], json.loads(row[3]) if row[3] else {}, int(row[4])) for row in rows}

    def dead(self):
        return {row[0]: int(row[1]) for row in self.rows("SELECT id, workers_lost FROM job_dead") or []}

    def leases(self):
        """Job, token and worker of each lease; None when the database does not answer."""
        rows = self.rows("SELECT id, token, worker FROM job_leases")
        return None if rows is None else {row[0]: (row[1], row[2]) for row in rows}

    def open_jobs(self):
        """How many jobs have not ended; None when the database does not answer."""
        rows = self.rows(
            "SELECT (SELECT count(*) FROM job_ready) + (SELECT count(*) FROM job_delayed) + (SELECT count(*) FROM job_leases)")
        return None if rows is None else int(rows[0][0])

    def losses(self):
        """How often a worker was lost that held a job which is still known."""
        tables = ("job_ready", "job_delayed", "job_leases", "job_outcomes", "job_dead")
        rows = self.rows("SELECT " + " + ".join(f"(SELECT coalesce(sum(workers_lost), 0) FROM {table})" for table in tables))
        return None if rows is None else int(rows[0][0])

    def rights(self):
        """Holder and term of each right that one has at a time."""
        return self.rows("SELECT name, holder, term FROM leader_leases WHERE holder <> ''") or []


class SQLiteTruth(Truth):
    def __init__(self, path):
        self.path = path

    def rows(self, sql):
        try:
            connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=10)
            try:
                return [list(row) for row in connection.execute(sql)]
            finally:
                connection.close()
        except sqlite3.Error:
            return None


class PostgresTruth(Truth):
    def __init__(self, server, database):
        self.server, self.database = server, database

    def rows(self, sql):
        return self.server.query(sql, self.database)
