"""Run several modules' commands one after another in one process.

`python -m escrow.command.in_turn '[["MODULE", "ARGUMENT", ...], ...]'`. Setting a
demonstration up takes a dozen short commands; loading their libraries for each
would take most of the time.
"""

import json
import runpy
import sys


def run_in_turn(commands: list[list[str]]) -> int:
    """Run each as `python -m` would, until one fails.

    Returns:
        The exit code of the last that ran.
    """
    for module, *arguments in commands:
        sys.argv = [module, *arguments]
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit as end:
            if end.code not in {None, 0}:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(run_in_turn(json.loads(sys.argv[1])))
