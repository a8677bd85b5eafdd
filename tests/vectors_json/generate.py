"""Write the protocol's vectors: `python -m tests.vectors_json.generate`.

Everything follows from seeds, but for what stands under `samples`: HPKE draws its
own randomness, so those ciphertexts differ every time and are there to be opened.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.vectors_json import (
    asking,
    following,
    locks,
    manifests,
    messages,
    notes,
    primitives,
    versions,
)

FOLDER = Path(__file__).parent / "protocol"

FILES: dict[str, Callable[[], dict[str, Any]]] = {
    "primitives": primitives.vectors,
    "messages": messages.vectors,
    "locks": locks.vectors,
    "manifest": manifests.vectors,
    "evaluation": asking.evaluation,
    "registration": asking.registered,
    "report": following.report,
    "group": following.group,
    "witness": following.witness,
    "vault": following.vault,
    "notes": notes.notes,
    "versions": versions.versions,
}


def load(name: str) -> dict[str, Any]:
    """A file of vectors as it was committed."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def main() -> None:
    for name, make in FILES.items():
        written = json.dumps(make(), ensure_ascii=False, indent=1)
        (FOLDER / f"{name}.json").write_text(f"{written}\n", "utf-8")


if __name__ == "__main__":
    main()
