"""A PostgreSQL server of one's own: nothing outlives the tests, nothing is shared."""

import asyncio
import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from blind_index.randomness import SYSTEM

QUICK = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


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
        # The socket's folder is the host: no port of this machine is taken.
        places = f"-c listen_addresses='' -c unix_socket_directories={self.folder}"
        self.run(
            *(f"{self.programs}/pg_ctl", "-D", f"{self.folder}/data", "-w", "-s"),
            *("-l", f"{self.folder}/log", "-o", f"{places} {QUICK}", "start"),
        )

    def stop(self):
        control = (f"{self.programs}/pg_ctl", "-D", f"{self.folder}/data")
        self.run(*control, "-m", "immediate", "-s", "stop")

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
        server.start()
        try:
            yield server
        finally:
            server.stop()
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
