# SPDX-License-Identifier: Apache-2.0
"""A campaign that agents run while faults happen, and what must hold of it when it has ended."""
import os

from .api import get, metric
from .processes import Breach, Child, free_port, wait_until

GOAL = """name: run through faults
metric: {name: score, direction: higher}
deadline: 1d
factors:
  - {name: a, levels: [1, 2, 3], control: 1}
  - {name: b, levels: [1, 2, 3], control: 1}
  - {name: c, levels: [1, 2], control: 1}
trial:
  kind: command
  apply: {run: [./apply.sh], timeout: 10s}
  measure: {run: [./measure.sh], timeout: 10s}
units: [left, right]
effort: {generation_size: GENERATION, replicates: 2, block_size: 4}
budget: {trials: BUDGET}
ending: {confirmation_replicates: 4, finalists: 2, next_campaign: none}
"""
APPLY = """#!/bin/sh
printf '%s.%s.%s\\n' "$DURE_A" "$DURE_B" "$DURE_C" >"lever.$DURE_UNIT.$$" && mv "lever.$DURE_UNIT.$$" "lever.$DURE_UNIT"
"""
MEASURE = """#!/bin/sh
echo "$DURE_TRIAL" >>runs
sleep PAUSE
echo "{\\"score\\": $(( DURE_A * 3 + DURE_B * 2 + DURE_C )).$(( $$ % 10 ))}"
"""
AGENTS = ("fleet", "variable", "analysis", "monitoring", "campaign", "orchestrator")


class Agents:
    """`dure agents`."""

    def __init__(self, stage, name):
        self.stage, self.name, self.probes = stage, name, free_port()
        self.child = None

    def start(self):
        self.child = Child(
            [self.stage.config.dure, "agents", "--interval", "2s", "--health-port", self.probes, "--name", f"{self.name}-{self.probes}",
             "--redis", self.stage.config.redis.url, *self.stage.store_options[2:]], self.stage.file(f"agents-{self.name}.log"))
        wait_until(self.is_ready, 30, f"the agents {self.name}")
        return self

    def is_ready(self):
        if not self.child.is_running():
            raise Breach(f"the agents {self.name} ended: {self.child.last_lines(2)}")
        return get("127.0.0.1", self.probes, "/readyz")[0] == 200

    @property
    def pid(self):
        return self.child.pid

    def terms(self):
        """The terms in which this process says that it is an agent."""
        if not self.child.is_running():
            return {}
        text = get("127.0.0.1", self.probes, "/metrics", patience=0.5)[1] or ""
        return {agent: int(metric(text, "dure_agent_term", agent=agent)) for agent in AGENTS}


class Campaign:
    """One campaign of a shared database, from `dure run` to its end."""

    BUDGET = 120

    def __init__(self, stage, generation=12, pause=0.15):
        self.stage = stage
        self.folder = stage.file("campaign")
        os.mkdir(self.folder)
        goal = GOAL.replace("BUDGET", str(self.BUDGET)).replace("GENERATION", str(generation))
        for name, text in (("goal.yaml", goal), ("apply.sh", APPLY), ("measure.sh", MEASURE.replace("PAUSE", str(pause)))):
            with open(os.path.join(self.folder, name), "w") as file:
                file.write(text)
            os.chmod(os.path.join(self.folder, name), 0o755)
        self.run = None

    def start(self):
        self.run = Child(
            [self.stage.config.dure, "run", os.path.join(self.folder, "goal.yaml"), "--redis", self.stage.config.redis.url,
             *self.stage.store_options], self.stage.file("run.log"))
        self.run.name = "run"
        self.stage.workers.append(self.run)
        wait_until(self.has_begun, 60, "the campaign's first trial")

    def has_begun(self):
        if not self.run.is_running():
            raise Breach(f"dure run ended: {self.run.last_lines(2)}")
        return self.completed() > 0

    def completed(self):
        rows = self.stage.truth.rows("SELECT count(*) FROM trials WHERE status = 'completed'")
        return int(rows[0][0]) if rows else 0

    def status(self):
        rows = self.stage.truth.rows("SELECT status FROM campaigns")
        return rows[0][0] if rows else None

    def is_over(self):
        return self.status() in ("completed", "failed", "stopped")

    def await_progress(self, since, what):
        """Waits until a trial ends that had not at the fault, or all have."""
        before = self.completed()
        wait_until(lambda: self.is_over() or self.completed() > before, 60, f"a trial after {what}")
        return self.stage.recovered(since, what=f"going on with the campaign after {what}")

    def check(self):
        """The campaign has ended as it would have: each trial counted and paid for once, within the budget, levers back."""
        stage = self.stage
        try:
            wait_until(self.is_over, 150, "the end of the campaign")
        except Breach as breach:
            stage.result.budget = "not ended"
            raise breach
        stage.expect(self.status() == "completed", f"the campaign is {self.status()}")
        trials = stage.truth.rows("SELECT id, status FROM trials")
        still_open = [row for row in trials if row[1] in ("planned", "running")]
        failed = [row for row in trials if row[1] == "failed"]
        completed = {row[0] for row in trials if row[1] == "completed"}
        settled = [row[0] for row in stage.truth.rows("SELECT trial FROM ledger WHERE kind = 'settled'")]
        reserved = int(stage.truth.rows("SELECT count(*) FROM ledger WHERE is_open = 1")[0][0])
        stage.expect(not still_open, f"{len(still_open)} trials were lost: they have not ended")
        stage.expect(not failed, f"{len(failed)} trials failed")
        stage.expect(len(settled) == len(set(settled)), "a trial was paid for twice")
        stage.expect(set(settled) == completed, f"{len(completed)} trials were completed and {len(set(settled))} paid for")
        stage.expect(reserved == 0, f"{reserved} reservations are open")
        stage.expect(len(completed) <= self.BUDGET, f"{len(completed)} trials are over the budget of {self.BUDGET}")
        for unit in ("left", "right"):
            with open(os.path.join(self.folder, f"lever.{unit}")) as file:
                lever = file.read().strip()
            stage.expect(lever == "1.1.1", f"the lever of {unit} is at {lever}, not at the control")
        stage.result.budget = f"{len(settled)} of {self.BUDGET}"
