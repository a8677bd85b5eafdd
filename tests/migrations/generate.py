"""`make migrations`: write every initial migration anew from the present tables.

Right as long as nothing is deployed anywhere. From the first release on the files
stay as they are, and a change of a table gets a step of its own beside them.
"""

import ast
import re
import subprocess
import sys

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from tests.migrations.schemas import PARTITIONS, SCHEMAS

TEMPLATE = '''"""The tables as they were first made."""

from functools import partial

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None
branch_labels = depends_on = None
# Rows lie in the order of their keys, not in that in which they came.
table = partial(op.create_table, sqlite_with_rowid=False)


def upgrade() -> None:
    """Make them."""
{steps}
'''
_UNNUMBERED = re.compile(
    r"op\.create_table\((.*?),\s*sqlite_with_rowid=False", re.DOTALL
)
PARTS = """
    if op.get_bind().dialect.name == "postgresql":
        for part in range({count}):
            op.execute(
                f"CREATE TABLE {table}_{{part}} PARTITION OF {table}"
                f" FOR VALUES WITH (MODULUS {count}, REMAINDER {{part}})"
            )
"""


def render(schema):
    """The text of a schema's initial migration."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        script = produce_migrations(context, schema.metadata)
        steps = render_python_code(script.upgrade_ops)
    engine.dispose()
    steps = _UNNUMBERED.sub(r"table(\1", steps)
    lines = [line for line in steps.splitlines() if not line.strip().startswith("#")]
    lines += [
        PARTS.format(table=table.name, count=PARTITIONS[table.name])
        for table in schema.metadata.sorted_tables
        if table.name in PARTITIONS
    ]
    text = TEMPLATE.format(steps="\n".join(lines))
    ast.parse(text)
    return text


def main():
    paths = []
    for schema in SCHEMAS:
        path = schema.migrations / "initial.py"
        path.write_text(render(schema), "utf-8")
        paths.append(path)
    for command in (("format",), ("check", "--fix"), ("format",)):
        subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--quiet", *paths], check=True
        )


if __name__ == "__main__":
    main()
