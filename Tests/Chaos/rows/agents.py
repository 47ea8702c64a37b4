# SPDX-License-Identifier: Apache-2.0
"""Row 9, faults of Redis, and row A, faults of the agents' process: both with a campaign under way."""
import signal
import time

from harness.campaign import Agents, Campaign
from harness.processes import wait_until
from harness.services import Redis

from .register import POSTGRES, row


def begin(stage, agents, pause=0.15):
    """Servers, agents and workers over one PostgreSQL and one Redis, callers, and a campaign."""
    if stage.config.redis is None:
        stage.config.redis = Redis(stage.config.folder)
    stage.config.redis.command("FLUSHALL")
    stage.serve(options=["--redis", stage.config.redis.url])
    for number in range(agents):
        stage.others.append(Agents(stage, f"a{number}").start())
    for number in range(2):
        stage.worker(f"d{number}", options=stage.store_options[2:])
    stage.witness("t0")
    stage.await_workers(3)
    stage.call(callers=2, pace=5.0)
    stage.watch_terms()
    campaign = Campaign(stage, pause=pause)
    campaign.start()
    return campaign


@row("9", "kill -9 of Redis, and FLUSHALL", POSTGRES, quick=POSTGRES)
def kill_redis(stage):
    """Messages are a hint: what Redis loses is found in the database."""
    campaign = begin(stage, agents=1)
    redis = stage.config.redis
    for number in stage.rounds(every=6, at_least=2):
        stage.pause(1)
        since = time.monotonic()
        if number % 2 == 0:
            redis.child.kill()
            stage.pause(1.5)
            redis.start()
        else:
            redis.command("FLUSHALL")
        stage.await_service(since)
        campaign.await_progress(since, "a fault of Redis")
    campaign.check()


@row("A", "kill -9 and SIGSTOP of the agents' process in mid-campaign", POSTGRES)
def kill_agents(stage):
    """Another process takes over, in a higher term; the one that slept is believed no more, and the budget is kept."""
    campaign = begin(stage, agents=2, pause=0.5)
    for number in stage.rounds(every=15, at_least=2):
        leader = wait_until(lambda: leading(stage), 30, "an agent")
        since = time.monotonic()
        if number % 2 == 0:
            leader.child.kill()
        else:
            leader.child.send(signal.SIGSTOP)
        others = [agents for agents in stage.others if agents is not leader]
        wait_until(lambda: any(others_lead(agents) for agents in others), 40, "another process as the agent")
        stage.recovered(since, 10.0, "the takeover by another process")
        campaign.await_progress(since, "the takeover")
        if number % 2 == 0:
            leader.start()
        else:
            stage.pause(max(0.0, since + 20 - time.monotonic()))
            leader.child.send(signal.SIGCONT)
            # Longer than it takes to ask for a lease that is another's.
            stage.pause(5)
            both = [agents.name for agents in stage.others if others_lead(agents)]
            stage.expect(len(both) < 2, f"{len(both)} processes are the campaign agent at once")
    campaign.check()


def others_lead(agents):
    return agents.terms().get("campaign", 0) > 0


def leading(stage):
    """The process that is the campaign agent."""
    return next((agents for agents in stage.others if others_lead(agents)), None)
