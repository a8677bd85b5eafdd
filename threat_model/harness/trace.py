"""A trace of system calls, read back: what a process did to which file, in order.

What strace(1) writes with `-f -y -xx`: names and bytes in hexadecimal. A call that
was interrupted by another thread's stands where it ended.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from threat_model.harness.catalogue import FOLDER

_CALLS = "openat,pwrite64,write,fdatasync,fsync,ftruncate,unlink,rename"
_LINE = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+)")
_BEGUN = re.compile(r"(\d+) +(\w+)\((.*) <unfinished \.\.\.>")
_ENDED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)")
_TEXT = re.compile(r'[<"]((?:\\x[0-9a-f]{2})*)[>"]')


@dataclass(frozen=True)
class Call:
    """One call that did not fail; `data` and `number` where it has them.

    `number` is the place of a write, the new length of a truncated file.
    """

    name: str
    path: str
    data: bytes = b""
    number: int = 0
    creates: bool = False


def record(folder: Path, module: str, *arguments: str) -> Path:
    """Run a module of this project under strace; where the trace lies.

    Raises:
        RuntimeError: The module broke down.
    """
    found = shutil.which("strace")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("strace is missing: install it")
        pytest.skip("needs strace, which records what a process writes")
    trace = folder / "trace"
    options = ["-f", "-y", "-xx", "-s", "100000", "--seccomp-bpf", "-o", str(trace)]
    traced = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(
        [found, *options, "-e", f"trace={_CALLS}", *traced],
        cwd=FOLDER.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"what was to be recorded broke down: {done.stderr[-2000:]}")
    return trace


def calls(trace: Path) -> Iterator[Call]:
    """Every call of a trace that succeeded."""
    begun: dict[tuple[str, str], str] = {}
    with trace.open(encoding="ascii") as lines:
        for text in lines:
            line = text
            if cut := _BEGUN.match(line):
                begun[cut[1], cut[2]] = cut[3]
                continue
            if end := _ENDED.match(line):
                line = f"{end[1]} {end[2]}({begun.pop((end[1], end[2]))}{end[3]}"
            whole = _LINE.match(line)
            if whole and int(whole[4]) >= 0:
                yield _call(whole[2], whole[3], int(whole[4]))


def _call(name: str, arguments: str, result: int) -> Call:
    texts = [
        bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(arguments)
    ]
    path = os.fsdecode(texts[-1] if name == "openat" else texts[0])
    numbers = arguments.split(", ")
    match name:
        case "pwrite64":
            whole = texts[1][:result]
            return Call(name, path, whole, int(numbers[-1]))
        case "write":
            return Call(name, path, texts[1][:result])
        case "ftruncate":
            return Call(name, path, number=int(numbers[-1]))
        case "openat":
            return Call(name, path, creates="O_CREAT" in arguments)
    return Call(name, path)
