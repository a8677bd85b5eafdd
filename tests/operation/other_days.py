"""A program as it is, but for its clock: the day stands in a file.

python -m tests.operation.other_days FILE MODULE ARGUMENTS...
"""

import runpy
import sys
from pathlib import Path

import api.app
import api.registrar.app
import keyservice.app


class Days:
    """A file that says which day it is."""

    def __init__(self, path: Path, day: int) -> None:
        self.path = path
        self.set(day)

    def set(self, day: int) -> None:
        new = self.path.with_suffix(".new")
        new.write_text(str(day), "utf-8")
        new.replace(self.path)

    def program(self, module: str) -> tuple[str, ...]:
        """What runs `module` by this clock, for `python -m`."""
        return ("tests.operation.other_days", str(self.path), module)


def main() -> None:
    _, file, module, *arguments = sys.argv
    path = Path(file)

    def day() -> int:
        return int(path.read_text("utf-8"))

    api.app.create_app.__kwdefaults__["clock"] = day
    api.registrar.app.create_app.__kwdefaults__["clock"] = day
    keyservice.app.today = day
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__")


if __name__ == "__main__":
    main()
