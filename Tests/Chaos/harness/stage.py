# SPDX-License-Identifier: Apache-2.0
"""One row's scene: a store, servers, workers and callers, and the verdict once they are at rest."""
import contextlib
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass

from .api import API, get, metric
from .history import History, check
from .load import Load
from .processes import Breach, Child, free_port, wait_until
from .results import Result
from .truth import PostgresTruth, SQLiteTruth
from .witness import Witness

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
LIMIT = 30.0


@dataclass
class Config:
    """What holds for a whole run."""
    dure: str
    folder: str
    seconds: float
    seed: int
    is_alone: bool = True
    postgres: object = None
    redis: object = None


class Server:
    """`dure serve`, which keeps its ports over restarts."""

    def __init__(self, stage, name, host="127.0.0.1", environment=None, options=(), prefix=()):
        self.stage, self.name, self.host = stage, name, host
        self.port, self.probes = free_port(), free_port()
        self.environment, self.options = environment or {}, list(options)
        self.prefix = list(prefix)
        self.child = None

    def start(self, wait=True):
        command = [*self.prefix, self.stage.config.dure, "serve", "--host", self.host, "--port", self.port,
                   "--health-port", self.probes,
                   "--drain-seconds", "0", "--enqueue-kinds", "probe", "trial.command", "--name", self.name]
        self.child = Child(
            command + self.stage.store_options + self.options, self.stage.file(f"serve-{self.name}.log"), self.environment)
        if wait:
            wait_until(self.is_ready, 60, f"the server {self.name}")
        return self

    def is_ready(self):
        if not self.child.is_running():
            raise Breach(f"the server {self.name} ended: {self.child.last_lines(2)}")
        return get("127.0.0.1", self.probes, "/readyz")[0] == 200

    def metrics(self):
        """Prometheus' text, as far as the server answers."""
        return get("127.0.0.1", self.probes, "/metrics")[1] or ""


class Stage:
    """Everything of one row. Use as a context; whatever happens, nothing is left running."""

    def __init__(self, config, row, title, store):
        self.config, self.store = config, store
        self.result = Result(row, title, store)
        self.history = History()
        self.folder = os.path.join(config.folder, f"{row}-{store}-{int(time.monotonic() * 1000) % 10**8}")
        os.mkdir(self.folder)
        self.data = self.file("data")
        os.mkdir(self.data)
        self.database_port = None
        if store == "postgres":
            self.database = "row_" + os.path.basename(self.folder).lower().replace("-", "_")
            config.postgres.create(self.database)
            self.truth = PostgresTruth(config.postgres, self.database)
        else:
            self.truth = SQLiteTruth(os.path.join(self.data, "dure.sqlite"))
        self.servers, self.workers, self.witnesses, self.others = [], [], [], []
        self.load = None
        self.may_die = set()
        self.loses_workers = False
        self.count = 0
        self.sampler = None
        self.is_settled = False
        self.conflicts = set()

    def file(self, name):
        return os.path.join(self.folder, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    # MARK: - Parts

    @property
    def store_options(self):
        options = ["--output", self.data]
        if self.store == "postgres":
            options += ["--database", self.config.postgres.url(self.database, self.database_port)]
        return options

    def dure(self, *arguments, check=True, seconds=60):
        """Runs a command of the program to its end; its exit code and what it wrote."""
        child = Child([self.config.dure, *arguments], self.file("commands.log"))
        try:
            code = child.process.wait(seconds)
        except Exception:
            child.kill()
            raise
        if check and code != 0:
            raise Breach(f"dure {' '.join(map(str, arguments[:3]))} ended with {code}: {child.last_lines(3)}")
        return code

    def make_keys(self):
        """A key for workers, one for the example's worker, and one for callers."""
        self.keys = {}
        for name, scopes in (("w", ["work"]), ("p", ["work"]), ("boss", ["manage", "enqueue"])):
            self.dure("fleet", "keys", "add", name, "--scope", *scopes, "--key-out", self.file(name + ".key"), *self.store_options)
            with open(self.file(name + ".key")) as file:
                self.keys[name] = file.read().strip()

    def serve(self, count=1, **options):
        """Makes keys and starts servers."""
        if not self.servers:
            self.make_keys()
        for _ in range(count):
            self.servers.append(Server(self, f"s{len(self.servers) + 1}", **options).start())
        return self.servers[-1]

    @property
    def server(self):
        return self.servers[0]

    def place(self):
        return self.server.host, self.server.port

    def worker(self, name, supervised=True, server=None, address=None, prefix=(), slots=4, options=(), environment=None):
        """`dure worker`, by itself or under its supervisor."""
        server = server or self.server
        command = [*prefix, self.config.dure, "worker", "--server", f"http://{address or f'{server.host}:{server.port}'}",
                   "--key-file", self.file("w.key"), "--name", f"w/{name}", "--slots", slots, "--drain-seconds", "5", *options]
        child = Child(command + ([] if supervised else ["--unsupervised"]), self.file(f"worker-{name}.log"), environment)
        child.name = f"w/{name}"
        self.workers.append(child)
        return child

    def python_worker(self, server=None):
        """The worker of examples/worker.py."""
        server = server or self.server
        child = Child(
            [sys.executable, os.path.join(ROOT, "examples", "worker.py"), "--server", f"http://{server.host}:{server.port}",
             "--key-file", self.file("p.key"), "--slots", "4"], self.file("worker-p.log"))
        child.name = "p"
        self.workers.append(child)
        return child

    def witness(self, name, server=None, **options):
        server = server or self.server
        witness = Witness(
            self.history, lambda: (server.host, server.port), self.keys["w"], f"w/{name}", seed=self.config.seed, **options)
        self.witnesses.append(witness)
        witness.start()
        return witness

    def call(self, **options):
        """Starts the callers."""
        self.load = Load(self.history, self.place, self.keys["boss"], seed=self.config.seed, **options)
        self.load.start()

    def usual(self, workers=2, witnesses=2, python=True, **load):
        """The usual scene: some of each kind of worker, and callers."""
        for number in range(workers):
            self.worker(f"d{number}")
        if python:
            self.python_worker()
        for number in range(witnesses):
            self.witness(f"t{number}")
        self.await_workers(workers + (1 if python else 0) + witnesses)
        self.call(**load)

    def await_workers(self, count):
        api = API(*self.place(), self.keys["boss"])

        def are_there():
            status, answer = api.call("GET", "/v1/fleet/workers")
            return status == 200 and sum(w["state"] in ("idle", "working") for w in fleet(answer)) >= count

        wait_until(are_there, 30, f"{count} workers")
        api.close()

    def fleet_now(self):
        """The workers as the server knows them."""
        status, answer = self.api().call("GET", "/v1/fleet/workers")
        return fleet(answer) if status == 200 else []

    def api(self, server=None, key="boss", **options):
        server = server or self.server
        return API(server.host, server.port, self.keys[key], **options)

    def worker_id(self, name, server=None):
        """The identifier under which a server knows a worker."""
        status, answer = self.api(server).call("GET", "/v1/fleet/workers")
        return next((w["id"] for w in fleet(answer) if w["name"] == name), None) if status == 200 else None

    # MARK: - Adding and looking

    def add(self, body, key=None, may_die=False, server=None, patience=20):
        """Adds one job, and gives its identifier."""
        self.count += 1
        key = key or f"chaos-m{self.count}"
        if may_die:
            self.may_die.add(key)
        api = self.api(server, patience=10)
        loader = self.load or Load(self.history, self.place, self.keys["boss"], callers=0)
        if not loader.add(api, key, body, patience):
            raise Breach(f"the job {key} was not accepted within {patience} s")
        api.close()
        return [event["job"] for event in self.history.of("add") if event["key"] == key and event["job"]][-1]

    def job(self, identifier, server=None):
        api = self.api(server)
        status, answer = api.call("GET", f"/v1/jobs/{identifier}")
        api.close()
        return answer if status == 200 else None

    def await_state(self, identifier, states, seconds, server=None):
        wait_until(lambda: (self.job(identifier, server) or {}).get("state") in states, seconds,
                   f"job {identifier} in {'/'.join(states)}")
        return self.job(identifier, server)

    # MARK: - Time

    def pause(self, seconds):
        time.sleep(max(0.0, seconds))

    def rounds(self, every, at_least=1):
        """Numbers of rounds of a fault, for as long as a row lasts."""
        end = time.monotonic() + self.config.seconds
        number = 0
        while number < at_least or time.monotonic() + every / 2 < end:
            start = time.monotonic()
            yield number
            number += 1
            self.pause(max(0.0, every - (time.monotonic() - start)))

    def expect(self, holds, otherwise):
        if not holds:
            self.result.breaches.append(otherwise)

    def recovered(self, since, limit=LIMIT, what="recovery"):
        """Notes how long a recovery took, which must be within its limit; beside other rows, which take the processors, within the longest."""
        limit = limit if self.config.is_alone else max(limit, LIMIT)
        span = time.monotonic() - since
        self.result.recoveries.append((span, limit))
        self.expect(span <= limit, f"{what} took {span:.1f} s, and {limit:g} s is the limit")
        return span

    def await_service(self, since, limit=LIMIT, server=None):
        """Waits until a job is accepted, and notes how long after the fault that was."""
        self.add({"kind": "probe", "payload": {"sleep": "1ms"}}, server=server, patience=limit + 30)
        return self.recovered(since, limit, "accepting jobs again")

    def await_releases(self, leases, since, limit, what):
        """Waits until none of some leases is left, and the jobs run elsewhere or have ended."""
        waiting = dict(leases)

        def are_gone():
            now = self.truth.leases()
            if now is None:
                return False
            for job, token in list(waiting.items()):
                if now.get(job, (None,))[0] != token:
                    del waiting[job]
            return not waiting

        wait_until(are_gone, limit + 30, what, step=0.02)
        return self.recovered(since, limit, what)

    def leases_of(self, worker):
        """Job and token of what a worker holds."""
        return {job: token for job, (token, holder) in (self.truth.leases() or {}).items() if holder == worker}

    # MARK: - One leader for each term

    def watch_terms(self):
        """Looks at the rights in the store, and at who says that it is an agent, until the row ends."""
        self.result.conflicts = 0
        holders = {}
        over = threading.Event()

        def sample():
            while not over.wait(0.2):
                claims = [("store", name, int(term), holder) for name, holder, term in self.truth.rights()
                          if not name.startswith("readyz")]
                for other in list(self.others):
                    claims += [("process", agent, term, other.pid) for agent, term in other.terms().items() if term > 0]
                for where, name, term, holder in claims:
                    if holders.setdefault((where, name, term), holder) != holder:
                        self.conflicts.add((where, name, term))

        thread = threading.Thread(target=sample, daemon=True)
        thread.start()
        self.sampler = (over, thread)

    # MARK: - The end

    def settle(self, seconds=LIMIT + 15):
        """Ends the load, waits until every job has ended, and compares histories with the store; once is enough."""
        if self.is_settled:
            return
        self.is_settled = True
        if self.load:
            self.load.stop()
        for witness in self.witnesses:
            witness.healed.set()
        start = time.monotonic()
        while time.monotonic() - start < seconds and self.truth.open_jobs() != 0:
            time.sleep(0.1)
        left = self.truth.open_jobs()
        self.expect(left == 0, f"{left} jobs have not ended {seconds:g} s after the load did")
        stale = sum(metric(server.metrics(), "dure_fleet_reports_total", status="stale")
                    for server in self.servers if server.child.is_running())
        self.stop_workers()
        if self.sampler:
            self.sampler[0].set()
            self.sampler[1].join(10)
            self.result.conflicts = len(self.conflicts)
            self.expect(not self.conflicts, f"two had one term: {sorted(self.conflicts)[:3]}")
        findings = check(self.history, self.truth, self.may_die, self.loses_workers)
        others = len(findings.dead) - len(self.may_die)
        if others > 0:
            self.result.notes.append(f"with {others} jobs in the dead letters, of which each lost three workers")
        findings.stale_refused = max(findings.stale_refused, int(stale))
        self.result.findings = findings
        self.expect(findings.accepted > 0, "no job was accepted, so that nothing was shown")
        self.expect(not findings.lost, f"{len(findings.lost)} accepted jobs were lost: {findings.lost[:3]}")
        self.expect(not findings.twice, f"{len(findings.twice)} counted twice: {findings.twice[:3]}")
        self.expect(not findings.stale_accepted, f"stale results were accepted: {findings.stale_accepted[:3]}")
        self.expect(not findings.unknown, f"{len(findings.unknown)} jobs that nobody added: {findings.unknown[:3]}")

    def stop_workers(self):
        for witness in self.witnesses:
            witness.stopping.set()
        for witness in self.witnesses:
            witness.stop()
        for worker in self.workers:
            worker.send(signal.SIGCONT)
            worker.send(signal.SIGTERM)
        for worker in self.workers:
            worker.stop(15)

    def end(self):
        """Stops what still runs, whatever has happened."""
        if self.sampler:
            self.sampler[0].set()
        if self.load:
            self.load.stopping.set()
        for witness in self.witnesses:
            witness.stopping.set()
        for child in self.workers + [other.child for other in self.others] + [server.child for server in self.servers]:
            if child and child.is_running():
                with contextlib.suppress(ProcessLookupError):
                    child.send(signal.SIGCONT)
                    child.send(signal.SIGTERM)
        for child in self.workers + [other.child for other in self.others] + [server.child for server in self.servers]:
            if child:
                child.stop(8)
        self.history.write(self.file("history.jsonl"))


def fleet(answer):
    """The workers in an answer."""
    return answer.get("workers", []) if isinstance(answer, dict) else answer or []
