"""What the servers of a failed test wrote last: its report shows why, by itself."""

from pathlib import Path

LINES = 40


def folders_of(item):
    """Where the servers of a test run: its fixtures say so, or lie there."""
    for value in item.funcargs.values():
        owner = getattr(value, "processes", value)
        folder = getattr(owner, "folder", owner)
        if isinstance(folder, Path) and folder.is_dir():
            yield folder


def sections(item):
    """A heading and the end of each log beneath a test's folders."""
    logs = {
        path
        for folder in folders_of(item)
        for pattern in ("*.log", "output")
        for path in folder.rglob(pattern)
        if path.is_file()
    }
    for path in sorted(logs):
        lines = path.read_text("utf-8", "replace").splitlines()[-LINES:]
        if lines:
            yield f"the end of {path.name}", "\n".join(lines)
