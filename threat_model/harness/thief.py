"""Run an attacker's program as a process of its own, on files alone."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from threat_model.harness.catalogue import FOLDER


def run_attacker(program: str, *arguments: Path | str) -> dict[str, Any]:
    """What a program of `threat_model.attackers` printed.

    Raises:
        RuntimeError: It broke down: nothing was attacked.
    """
    command = [sys.executable, "-m", f"threat_model.attackers.{program}"]
    done = subprocess.run(
        [*command, *map(str, arguments)],
        cwd=FOLDER.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the attacker broke down:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def dictionary(path: Path, planted: Sequence[str], size: int) -> Path:
    """A file of addresses, the planted ones spread among others."""
    others = [f"passer.by{i:04}@company.example" for i in range(size - len(planted))]
    step = max(len(others) // max(len(planted), 1), 1)
    words = list(others)
    for place, word in enumerate(planted):
        words.insert(place * step, word)
    path.write_text("\n".join(words), "utf-8")
    return path
