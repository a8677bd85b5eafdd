"""Start a module as a process that does not outlive the one that started it.

Run as a file: `python launch.py PARENT MODULE ARGUMENT...`. It becomes the module's
process, so signals and exit codes are the module's own.
"""

import ctypes
import os
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def main() -> None:
    """Ask the kernel for an end with the parent (Linux), then become the module."""
    parent, *arguments = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # It may have ended before the kernel was asked.
    if os.getppid() != int(parent):
        sys.exit(1)
    os.execv(sys.executable, [sys.executable, "-m", *arguments])  # noqa: S606


if __name__ == "__main__":
    main()
