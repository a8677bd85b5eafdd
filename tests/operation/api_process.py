"""The API as a process of its own, on a deployment as if its ceremony were over."""

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from escrow.command.layout import free_ports
from escrow.command.service import ask_local
from tests.api.running import lay_out
from tests.world.dealt import Plan

ROOT = Path(__file__).parents[2]
SECONDS = 120


class ApiProcess:
    """`python -m api run` in a folder; its output in one file."""

    def __init__(
        self, folder: Path, more: str = "", program=None, database: str = ""
    ) -> None:
        self.folder = folder
        config = lay_out(folder / "data", Plan(), database=database)
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self.config = folder / "api.toml"
        self.database = Path(config.data_dir) / "api.sqlite3"
        self.config.write_text(
            f'data_dir = "data"\nroster = "data/roster.json"\norigin = "{self.url}"\n'
            f"port = {self.port}\ndatabase = {json.dumps(database)}\n{more}"
        )
        self.output = folder / "output"
        self.program = program or [sys.executable, "-m", "api"]

    def start(self) -> None:
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [*self.program, "run", "--config", str(self.config)],
                stdout=output,
                stderr=output,
                cwd=ROOT,
            )
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.said()
            if ask_local(self.url, "/v1/health") is not None:
                return
            time.sleep(0.05)
        raise AssertionError(self.said())

    def said(self) -> str:
        return self.output.read_text("utf-8", "replace")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


@contextmanager
def api_process(folder: Path, more: str = "", program=None):
    api = ApiProcess(folder, more, program)
    api.start()
    try:
        yield api
    finally:
        api.stop()
