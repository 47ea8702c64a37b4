# SPDX-License-Identifier: Apache-2.0
"""Rows 7 and 8: reports that come twice, too late or in the wrong order."""
import time

from harness.processes import wait_until

from .register import BOTH, row


@row("7", "reports that come twice", BOTH)
def report_twice(stage):
    """Half of all reports are sent again after they were answered, also while the server is killed in between."""
    stage.serve()
    for number in range(3):
        stage.witness(f"t{number}", twice=0.5)
    stage.await_workers(3)
    stage.call(pace=15.0)
    for number in stage.rounds(every=max(3, stage.config.seconds / 4)):
        stage.pause(2)
        since = time.monotonic()
        stage.server.child.kill()
        stage.server.start(wait=False)
        stage.await_service(since)
    refused = sum(event["status"] == "stale" for event in stage.history.of("report"))
    stage.expect(refused > 10, f"only {refused} reports came twice, so that little was shown")


@row("8", "reports in the wrong order, of other leases and of other workers", BOTH)
def report_out_of_order(stage):
    """One worker that says everything at the wrong time, step by step, while others work on."""
    stage.serve()
    stage.witness("t0")
    stage.await_workers(1)
    stage.call(callers=1)
    for number in stage.rounds(every=1.0):
        _Liar(stage, number).play()


class _Liar:
    """A worker with a kind of its own among the jobs: what it is given was added for it."""

    def __init__(self, stage, number):
        self.stage, self.number = stage, number
        self.api = stage.api(key="w", patience=8)
        # Only this worker runs jobs of this kind here.
        self.kind = "trial.command"

    def play(self):
        session = self.register("a")
        job = self.stage.add({"kind": self.kind, "payload": {"number": self.number}, "maxAttempts": 10})
        first = self.take(session, job)
        self.must("failure is retried", self.report(session, first, failure=True), "retrying")
        second = self.take(session, job)
        self.must("a success under the token of before", self.report(session, first), "stale")
        other = self.register("b")
        self.must("a token that is another's", self.report(other, second), "stale")
        self.must("a made-up token", self.report(session, {**second, "token": "x" * 26}), "stale")
        self.must("the success that counts", self.report(session, second, counts=True), "accepted")
        self.must("a failure after the success", self.report(session, second, failure=True), "stale")
        status, orders = self.api.call(
            "POST", "/v1/fleet/beat", {"session": session, "jobs": [{"id": job, "progress": 0.3}]})
        self.must("progress of what has ended", orders.get("cancel") if status == 200 else status, [job])
        self.leave(session)
        self.must("a report after leaving", self.report(session, second) in ("over", "stale"), True)
        self.leave(other)
        now = self.stage.job(job)
        self.must("the job in the end", (now["state"], now["attempt"]), ("completed", 2))
        self.api.close()

    def register(self, part):
        status, answer = self.api.call(
            "POST", "/v1/fleet/register", {"slots": 1, "kinds": [self.kind], "name": f"w/liar-{part}"})
        self.must("registering", status, 200)
        return answer["session"]

    def take(self, session, job):
        self.after = getattr(self, "after", {})

        def poll():
            _, answer = self.api.call(
                "POST", "/v1/fleet/poll",
                {"session": session, "slots": 1, "after": self.after.get(session, 0), "wait": 1000})
            if answer and answer.get("jobs"):
                self.after[session] = answer["batch"]
                return answer["jobs"][0]
            return None

        given = wait_until(poll, 20, "a job for the liar")
        self.must("the job that was given", given["id"], job)
        given["given"] = time.monotonic() - self.stage.history.started
        self.stage.history.note("given", job=job, token=given["token"], worker="liar", session=session)
        return given

    def report(self, session, job, failure=False, counts=False):
        body = {"job": job["id"], "token": job["token"]}
        if failure:
            body["failure"] = {"class": "unknown", "message": "as it was told to"}
        else:
            body["result"] = {"run": f"{job['token']}"}
        sent = time.monotonic() - self.stage.history.started
        status, answer = self.api.call("POST", "/v1/fleet/complete", {"session": session, "reports": [body]})
        said = {200: lambda: answer["receipts"][0]["status"], 409: lambda: "stale", 410: lambda: "over"}.get(status, lambda: status)()
        if not failure:
            self.stage.history.note("report", job=job["id"], token=job["token"], worker="liar", status=said, run=body["result"]["run"],
                                    given=job["given"], sent=sent)
        return said

    def leave(self, session):
        self.api.call("POST", "/v1/fleet/leave", {"session": session})

    def must(self, what, got, wanted):
        self.stage.expect(got == wanted, f"{what}: got {got}, not {wanted}")
