"""What the kernel says of a process: processor time and memory (Linux only)."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from blind_index.errors import InputError

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Memory:
    """MiB: what is held now, and the most that ever was."""

    now: float
    most: float


def check_platform() -> None:
    """Refuse systems on which nothing could be measured.

    Raises:
        InputError: There is no /proc.
    """
    if not Path("/proc/self/stat").exists():
        raise InputError("bench", "needs Linux: it reads processor times from /proc")


def cpu_seconds(pid: int) -> float:
    """Processor seconds of a process so far, its threads included."""
    # The name stands in parentheses and may hold anything.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / _TICKS


def memory(pid: int) -> Memory:
    """Resident memory of a process."""
    text = Path(f"/proc/{pid}/status").read_text()
    now, most = (
        int(re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)[1]) / 1024  # type: ignore[index]
        for name in ("VmRSS", "VmHWM")
    )
    return Memory(now, most)
