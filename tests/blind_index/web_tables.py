"""The tables as a JavaScript module: browsers cannot all import JSON.

`python -m tests.blind_index.web_tables` writes the copy anew.
"""

from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "blind_index" / "tables"
COPY = ROOT / "api" / "web" / "js" / "protocol" / "tables.js"
HEADER = """/**
 * The word lists of blind_index/tables, which both languages read.
 * Written by tests/blind_index/web_tables.py; a test holds the two together.
 */
"""


def rendered() -> str:
    parts = [
        f"export const {path.stem} = {path.read_text('utf-8').rstrip()};\n"
        for path in sorted(TABLES.glob("*.json"))
    ]
    return HEADER + "\n" + "\n".join(parts)


if __name__ == "__main__":
    COPY.write_text(rendered(), "utf-8")
