"""A disk as a trace of system calls leaves it, and as a loss of power may leave it.

What a file's last fdatasync or fsync covered is there. Of what came after it a disk
may hold all, nothing, or any of its sectors; that a file was made or removed is sure
once its folder was synchronised.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from threat_model.harness.trace import Call

SECTOR = 512

#: Whether a change that was not yet sure is on the disk.
Luck = Callable[[], bool]


@dataclass
class Inode:
    """A file's bytes: those that are sure, those that a reader sees now."""

    sure: bytes = b""
    now: bytearray = field(default_factory=bytearray)
    waiting: list[Call] = field(default_factory=list)

    def change(self, call: Call) -> None:
        """A write or a truncation."""
        _apply(self.now, call)
        self.waiting.append(call)

    def synchronise(self) -> None:
        """Everything is sure now."""
        if self.waiting:
            self.sure, self.waiting = bytes(self.now), []

    def after_loss(self, luck: Luck) -> bytes:
        """What is left, if of each sector that waits luck decides."""
        left = bytearray(self.sure)
        for call in self.waiting:
            if call.name == "ftruncate":
                if luck():
                    _apply(left, call)
                continue
            for first in range(0, len(call.data), SECTOR):
                if luck():
                    part = call.data[first : first + SECTOR]
                    _apply(left, Call("pwrite64", "", part, call.number + first))
        return bytes(left)


def _apply(data: bytearray, call: Call) -> None:
    end = call.number + len(call.data)
    if call.name == "ftruncate":
        del data[call.number :]
    if end > len(data):
        data.extend(bytes(end - len(data)))
    data[call.number : end] = call.data


class Disk:
    """The files below a folder whose names hold a word."""

    def __init__(self, word: str) -> None:
        self._word = word
        self.now: dict[str, Inode] = {}
        self.sure: dict[str, Inode] = {}
        self.synchronised = 0

    def follow(self, call: Call) -> bool:
        """Do what a call did; whether it touched these files."""
        if call.name in ("fdatasync", "fsync"):
            return self._synchronise(call.path)
        if self._word not in call.path or call.path.endswith("-shm"):
            # The index of the log lies in memory; it is made anew from the log.
            return False
        match call.name:
            case "openat":
                if not call.creates or call.path in self.now:
                    return False
                self.now[call.path] = Inode()
            case "unlink":
                self.now.pop(call.path, None)
            case "pwrite64" | "ftruncate":
                self.now[call.path].change(call)
            case _:
                raise ValueError(f"not followed: {call.name} of {call.path}")
        return True

    def _synchronise(self, path: str) -> bool:
        if path in self.now:
            self.now[path].synchronise()
            self.synchronised += 1
            return True
        inside = {p for p in (*self.now, *self.sure) if str(Path(p).parent) == path}
        for one in inside:
            if one in self.now:
                self.sure[one] = self.now[one]
            else:
                self.sure.pop(one, None)
        return bool(inside)

    def lose_nothing(self) -> dict[str, bytes]:
        """Every file, if the process is killed and the machine goes on."""
        return {path: bytes(inode.now) for path, inode in self.now.items()}

    def lose_power(self, luck: Luck) -> dict[str, bytes]:
        """Every file, if of each thing that was not sure luck decides."""
        files = {}
        for path in sorted({*self.now, *self.sure}):
            there = self.sure.get(path)
            if there is not self.now.get(path) and luck():
                there = self.now.get(path)
            if there is not None:
                files[path] = there.after_loss(luck)
        return files
