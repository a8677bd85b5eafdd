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
        "dedupe_tag",
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tag"),
    )
    table(
        "pending_deletion",
        sa.Column("reference", sa.LargeBinary(), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reference"),
    )
    table(
        "person",
        sa.Column("person", sa.LargeBinary(), nullable=False),
        sa.Column("pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("month", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    table(
        "registrar_owner",
        sa.Column("one", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    table(
        "registrar_rewriting",
        sa.Column("one", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("done_day", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    table(
        "voucher",
        sa.Column("voucher", sa.LargeBinary(), nullable=False),
        sa.Column("month", sa.BigInteger(), nullable=True),
        sa.Column("referee", sa.LargeBinary(), nullable=True),
        sa.Column("last_day", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reference", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("voucher"),
    )
    table(
        "voucher_count",
        sa.Column("referee", sa.LargeBinary(), nullable=False),
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("referee", "year"),
    )
