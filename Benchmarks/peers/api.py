#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The peer of the API: FastAPI as its users write it, to be served by uvicorn with uvloop and httptools.

Environment: API_DATABASE (an SQLite file), API_SYNCHRONOUS (NORMAL: safe from a killed process; FULL: from a power cut), API_KEY (the
one key that is good). Like the server that it stands beside, it keeps the key's hash and compares in constant time, checks a body by
its declaration, and answers JSON of the same members. It has no limits of rates, no tags and no names for requests.

Handlers are coroutines, and one connection writes: SQLite has one writer, and threads beside it would only wait for each other.
"""

import datetime
import hashlib
import hmac
import json
import os
import sqlite3
import uuid
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

KEYS = {hashlib.sha256(os.environ["API_KEY"].encode()).hexdigest(): {"enqueue", "manage", "viewer"}}
started = datetime.datetime.now(datetime.UTC)
bearer = HTTPBearer()


@asynccontextmanager
async def life(app):
    database = sqlite3.connect(os.environ["API_DATABASE"], isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=" + os.environ.get("API_SYNCHRONOUS", "NORMAL"))
    database.execute(
        "CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, workspace TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, "
        "priority TEXT NOT NULL, attempt INTEGER NOT NULL, max_attempts INTEGER NOT NULL, created_at TEXT NOT NULL, "
        "run_at TEXT NOT NULL, payload TEXT NOT NULL) STRICT"
    )
    app.state.database = database
    yield
    database.close()


app = FastAPI(lifespan=life)


async def caller(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> set[str]:
    given = hashlib.sha256(credentials.credentials.encode()).hexdigest()
    for known, scopes in KEYS.items():
        if hmac.compare_digest(known, given):
            return scopes
    raise HTTPException(401, "there is no such key")


class Check(BaseModel):
    name: str
    is_good: bool
    detail: str


class Status(BaseModel):
    version: str
    time: datetime.datetime
    started_at: datetime.datetime
    is_ready: bool
    checks: list[Check]
    agents: Literal["here", "elsewhere", "nowhere"]


class NewJob(BaseModel):
    kind: Literal["probe"]
    payload: Any
    priority: Literal["urgent", "normal", "low"] = "normal"
    delay: int = Field(0, ge=0, le=2_592_000_000)
    maxAttempts: int = Field(3, ge=1, le=20)


class Job(BaseModel):
    id: str
    kind: str
    state: str
    priority: str
    attempt: int
    maxAttempts: int
    createdAt: datetime.datetime
    runAt: datetime.datetime
    payload: Any


@app.get("/api/v1/control/status")
async def status(_: Annotated[set[str], Depends(caller)]) -> Status:
    return Status(
        version="0.1.0",
        time=datetime.datetime.now(datetime.UTC),
        started_at=started,
        is_ready=True,
        checks=[
            Check(name="migrations", is_good=True, detail="version 8"),
            Check(name="store", is_good=True, detail="a write was kept"),
            Check(name="fleet", is_good=True, detail="0 workers"),
        ],
        agents="nowhere",
    )


@app.post("/v1/jobs", status_code=201)
async def add_job(new: NewJob, scopes: Annotated[set[str], Depends(caller)]) -> Job:
    if "enqueue" not in scopes:
        raise HTTPException(403, "this needs a key for 'enqueue'")
    now = datetime.datetime.now(datetime.UTC)
    job = Job(
        id=f"job_{uuid.uuid4().hex}",
        kind=new.kind,
        state="queued",
        priority=new.priority,
        attempt=0,
        maxAttempts=new.maxAttempts,
        createdAt=now,
        runAt=now + datetime.timedelta(milliseconds=new.delay),
        payload=new.payload,
    )
    app.state.database.execute(
        "INSERT INTO jobs VALUES (?, 'default', ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            job.id, job.kind, job.state, job.priority, job.attempt, job.maxAttempts, job.createdAt.isoformat(),
            job.runAt.isoformat(), json.dumps(job.payload, separators=(",", ":")),
        ),
    )
    return job
