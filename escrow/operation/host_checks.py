"""Checks of the machine itself: account, files, memory, disks, backups."""

import os
import resource
import shutil
import sqlite3
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

from escrow.operation.backup import last_backup
from escrow.operation.doctor import Finding, doubt, good, judge

_OTHERS: Final = 0o077
_GIB: Final = 1024**3
_DAY: Final = 86_400
_STALE_DAYS: Final = 2
_LOST_DAYS: Final = 7
_FEW_PERCENT: Final = 10
_NO_PERCENT: Final = 2
_ENCRYPTED: Final = "CRYPT-"


def account(user: int | None = None) -> Iterable[Finding]:
    """Nothing here needs root, and a flaw must not get it."""
    user = os.geteuid() if user is None else user
    fix = "run as a user of its own: the packaged units do"
    yield judge("account", f"runs as user {user}", fix, bad=user == 0)


def private_files(paths: Iterable[Path], user: int | None = None) -> Iterable[Finding]:
    """Keys are their owner's alone."""
    user = os.geteuid() if user is None else user
    for path in paths:
        name = f"file {path.name}"
        try:
            found = path.stat()
        except OSError:
            yield Finding(name, "FAIL", "is missing", "run `init`, or fetch it back")
            continue
        if _handed_over(path):
            yield good(name, "handed over by systemd")
            continue
        mode = stat.S_IMODE(found.st_mode)
        if found.st_uid != user:
            yield Finding(name, "FAIL", "belongs to another user", f"chown {path}")
        elif mode & _OTHERS:
            allowed = "700" if path.is_dir() else "600"
            fix = f"chmod {allowed} {path}"
            yield Finding(name, "FAIL", f"mode {mode:o}, open to others", fix)
        else:
            yield good(name, f"mode {mode:o}")


def _handed_over(path: Path) -> bool:
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    return given is not None and path.parent == Path(given)


def keys_apart(keys: Path, data: Path) -> Iterable[Finding]:
    """A copy of the data directory should not hold the keys to it."""
    inside = keys.resolve().is_relative_to(data.resolve())
    found = "in data_dir" if inside else "apart from data_dir"
    fix = "move them, so that a copy of data_dir cannot hold them"
    yield doubt("place of the keys", found, fix, bad=inside)


def core_dumps(limit: int | None = None) -> Iterable[Finding]:
    """A dump of memory would hold every key."""
    limit = resource.getrlimit(resource.RLIMIT_CORE)[0] if limit is None else limit
    found = "off" if limit == 0 else "allowed by the account's limit"
    fix = "LimitCORE=0 in the unit, or `ulimit -c 0`"
    yield doubt("core dumps", found, fix, bad=limit != 0)


def swap(table: Path = Path("/proc/swaps")) -> Iterable[Finding]:
    """What is swapped out stays on the disk."""
    lines = table.read_text("utf-8").splitlines()[1:]
    open_ones = [name for line in lines if not _kept_secret(name := line.split()[0])]
    found = (
        f"not encrypted: {', '.join(open_ones)}" if open_ones else "off or encrypted"
    )
    yield judge("swap", found, "swapoff -a, or encrypt it", bad=bool(open_ones))


def _kept_secret(device: str) -> bool:
    name = Path(device).resolve().name
    return name.startswith("zram") or _encrypted(Path("/sys/class/block") / name)


def _encrypted(block: Path) -> bool:
    """Whether a block device is dm-crypt's, or lies on one."""
    try:
        if (block / "dm/uuid").read_text("ascii").startswith(_ENCRYPTED):
            return True
    except OSError:
        pass
    below = block / "slaves"
    return below.is_dir() and any(_encrypted(device) for device in below.iterdir())


def disk_encryption(folder: Path) -> Iterable[Finding]:
    """A hint only: encryption below this machine cannot be seen from it."""
    device = folder.stat().st_dev
    block = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    seen = block.exists() and _encrypted(block.resolve())
    found = "dm-crypt" if seen else "none seen below data_dir"
    fix = "encrypt the disk (LUKS), unless the host below does"
    yield doubt("disk encryption", found, fix, bad=not seen)


def disk_space(folder: Path) -> Iterable[Finding]:
    """A full disk refuses reports."""
    usage = shutil.disk_usage(folder)
    yield space_left(usage.free, usage.total)


def space_left(free: int, total: int) -> Finding:
    """What is left of a disk; bytes."""
    percent = 100 * free // max(total, 1)
    found = f"{free / _GIB:.1f} GiB free, {percent} %"
    fix = "make room, or move data_dir"
    if percent < _NO_PERCENT:
        return Finding("disk space", "FAIL", found, fix)
    bad = percent < _FEW_PERCENT or free < _GIB
    return doubt("disk space", found, fix, bad=bad)


def backup_age(folder: Path, now: float | None = None) -> Iterable[Finding]:
    """When the last backup was finished."""
    made = last_backup(folder)
    if made is None:
        fix = "enable the backup timer, then try `restore --check`"
        yield Finding("backup", "WARN", "none was ever made here", fix)
        return
    now = time.time() if now is None else now  # noqa: TID251 - an age
    days = (now - made) / _DAY
    found, fix = f"{days:.1f} days old", "look at the backup timer"
    if days > _LOST_DAYS:
        yield Finding("backup", "FAIL", found, fix)
    else:
        yield doubt("backup", found, fix, bad=days > _STALE_DAYS)


def versions() -> Iterator[Finding]:
    """What runs here."""
    python = ".".join(map(str, sys.version_info[:3]))
    text = f"alongside {version('alongside')}, Python {python}"
    yield good("versions", f"{text}, SQLite {sqlite3.sqlite_version}")
