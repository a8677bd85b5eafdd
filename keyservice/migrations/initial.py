"""The tables as they were first made."""

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
    table(
        "log_entry",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "outbox",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("letter", sa.LargeBinary(), nullable=True),
        sa.Column("acknowledged", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "record",
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    table(
        "tally",
        sa.Column("day", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "name"),
    )
    table(
        "trustee_owner",
        sa.Column("one", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    table(
        "trustee_rewriting",
        sa.Column("one", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("done_day", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
