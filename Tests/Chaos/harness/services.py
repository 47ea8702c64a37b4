# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL and a Redis of our own, which may be killed."""
import glob
import os
import pwd
import shutil
import signal
import subprocess
import time

from .processes import Child, LeftOut, free_port, is_root, wait_until


class PostgreSQL:
    """One PostgreSQL server on loopback; each row gets a database of its own."""

    def __init__(self, folder):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: float(path.split("/")[4]))
        self.programs = found[-1] if found else os.path.dirname(shutil.which("initdb") or "")
        if not os.path.exists(os.path.join(self.programs, "initdb")):
            raise LeftOut("PostgreSQL is not installed (scripts/setup --with-services)")
        self.user = "postgres" if is_root() else None
        self.folder = os.path.join(folder, "postgresql")
        os.mkdir(self.folder)
        if self.user:
            account = pwd.getpwnam(self.user)
            # The server's user has to reach its folder through those above it.
            os.chmod(folder, 0o755)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self.data = os.path.join(self.folder, "data")
        self.log = os.path.join(folder, "postgresql.log")
        self.port = free_port()
        self.child = None
        self.as_user("initdb", "-D", self.data, "-U", "dure", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-k")
        self.start()

    def as_user(self, program, *arguments):
        command = [os.path.join(self.programs, program), *arguments]
        if self.user:
            command = ["setpriv", "--reuid", self.user, "--regid", self.user, "--clear-groups", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    def start(self):
        self.child = Child(
            [os.path.join(self.programs, "postgres"), "-D", self.data, "-p", self.port, "-k", "",
             "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"], self.log, folder="/", user=self.user)
        wait_until(self.answers, 60, "PostgreSQL")

    def answers(self):
        if not self.child.is_running():
            # The port or the memory of the former one was not free yet.
            time.sleep(0.2)
            self.child = Child(self.child.arguments, self.log, folder="/", user=self.user)
        return self.query("SELECT 1", "postgres") == [["1"]]

    def url(self, database, port=None):
        return f"postgresql://dure@127.0.0.1:{port or self.port}/{database}"

    def query(self, sql, database, check=False):
        """The rows of a statement, as texts; none when the server does not answer."""
        # The settings of a person's psql must not change what comes back.
        done = subprocess.run(
            [os.path.join(self.programs, "psql"), "-X", "-q", "-A", "-t", "-F", "\x1f", "-R", "\x1e",
             "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-c", sql],
            capture_output=True, text=True, env={**os.environ, "PGCONNECT_TIMEOUT": "5"})
        if done.returncode != 0:
            if check:
                raise OSError(done.stderr)
            return None
        return [row.split("\x1f") for row in done.stdout.rstrip("\n").split("\x1e") if row]

    def create(self, database):
        self.query(f"CREATE DATABASE {database}", "postgres", check=True)

    def restart(self, how):
        """Ends the server as `fast`, `immediate` or `kill` say, and starts it again."""
        number = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT, "kill": signal.SIGKILL}[how]
        backends = self.child.children()
        self.child.send(number)
        if how == "kill":
            for backend in backends:
                try:
                    os.kill(backend, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        self.child.process.wait()
        self.start()

    def kill_one_backend(self, database):
        """Kills one of the backends that serve a database: the server then resets all of them."""
        rows = self.query(
            f"SELECT pid FROM pg_stat_activity WHERE datname = '{database}' AND application_name = 'dure' LIMIT 1", "postgres")
        if rows:
            os.kill(int(rows[0][0]), signal.SIGKILL)

    def stop(self):
        self.child.send(signal.SIGINT)
        try:
            self.child.process.wait(20)
        except subprocess.TimeoutExpired:
            self.child.kill()


class Redis:
    """One Redis server on loopback, which keeps what it has on disk."""

    def __init__(self, folder):
        self.program = shutil.which("redis-server")
        if not self.program:
            raise LeftOut("Redis is not installed (scripts/setup --with-services)")
        self.folder = os.path.join(folder, "redis")
        os.mkdir(self.folder)
        self.log = os.path.join(folder, "redis.log")
        self.port = free_port()
        self.start()

    def start(self):
        self.child = Child(
            [self.program, "--bind", "127.0.0.1", "--port", self.port, "--dir", self.folder, "--appendonly", "yes",
             "--save", ""], self.log)
        wait_until(lambda: self.command("PING") == "PONG", 30, "Redis")

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}"

    def command(self, *words):
        done = subprocess.run(["redis-cli", "-p", str(self.port), *words], capture_output=True, text=True)
        return done.stdout.strip()

    def stop(self):
        self.child.stop()
