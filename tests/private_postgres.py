"""A PostgreSQL server of one's own: nothing outlives the tests, nothing is shared."""

import asyncio
import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from blind_index.randomness import SYSTEM

QUICK = (
    *("fsync=off", "full_page_writes=off", "synchronous_commit=off"),
    # Tests keep stores open that a killed process would have left.
    "max_connections=500",
)
START_SECONDS = 120
PR_SET_PDEATHSIG = 1


def _end_with_parent():
    """Ask the kernel (Linux) for an immediate shutdown once the parent is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def server_programs():
    """The folder of initdb and pg_ctl; None if they are not installed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if (f / "initdb").exists()), None)


@dataclass(frozen=True)
class PrivatePostgres:
    """A running server: its folder holds data, socket and log."""

    programs: Path
    folder: Path
    who: dict

    def url(self, name):
        return f"postgresql+asyncpg://postgres@/{name}?host={self.folder}"

    def run(self, *arguments):
        subprocess.run(
            arguments,
            check=True,
            cwd=self.folder,
            env={"PATH": f"{self.programs}:/usr/bin:/bin", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            **self.who,
        )

    def start(self):
        """Start it, and wait until it answers; it does not outlive this process."""
        # The socket's folder is the host: no port of this machine is taken.
        places = ("listen_addresses=", f"unix_socket_directories={self.folder}")
        options = [word for place in (*places, *QUICK) for word in ("-c", place)]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder / "data", *options],
                cwd=self.folder,
                env={"PATH": f"{self.programs}:/usr/bin:/bin", "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Only a handful of instructions, before anything else of the child's.
                preexec_fn=_end_with_parent,  # noqa: PLW1509
                **self.who,
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.sql("SELECT 1")
            except (OSError, asyncpg.PostgresError):
                assert process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < deadline, "PostgreSQL does not start"
                time.sleep(0.05)
            else:
                return process

    def files(self):
        """Everything in the files of tables, once what was held back is written."""
        self.sql("CHECKPOINT")
        base = self.folder / "data" / "base"
        return b"".join(p.read_bytes() for p in base.rglob("*") if p.is_file())

    def sql(self, statement, name="postgres"):
        """Run one statement outside any transaction; its rows."""

        async def run():
            connection = await asyncpg.connect(
                host=str(self.folder), user="postgres", database=name
            )
            try:
                return await connection.fetch(statement)
            finally:
                await connection.close()

        # Also called from tests that have a loop of their own.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(run())).result()


@contextlib.contextmanager
def private_postgres(programs):
    """A server on a folder that is removed afterwards."""
    # A short path: a socket's may have a hundred bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    who = {}
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = pwd.getpwnam(next(n for n in ("postgres", "nobody") if n in names))
        who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        os.chown(folder, user.pw_uid, user.pw_gid)
    server = PrivatePostgres(programs, folder, who)
    try:
        server.run(
            *(f"{programs}/initdb", "-D", f"{folder}/data", "-A", "trust"),
            *("-U", "postgres", "-E", "UTF8", "--no-locale", "--no-sync"),
        )
        process = server.start()
        try:
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def fresh_database(server):
    """A database for one test; its URL."""
    name = f"t{SYSTEM(6).hex()}"
    server.sql(f"CREATE DATABASE {name}")
    try:
        yield server.url(name)
    finally:
        server.sql(f"DROP DATABASE {name} WITH (FORCE)")
