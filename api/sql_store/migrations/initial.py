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
        "alarm",
        sa.Column("case_id", sa.LargeBinary(), nullable=False),
        sa.Column("report_key", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "report_key"),
    )
    table(
        "alarm_receipt",
        sa.Column("case_id", sa.LargeBinary(), nullable=False),
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("trustee", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "member", "trustee"),
    )
    table(
        "answer",
        sa.Column("report_key", sa.LargeBinary(), nullable=False),
        sa.Column("trustee", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("report_key", "trustee"),
    )
    table(
        "answer_receipt",
        sa.Column("case_id", sa.LargeBinary(), nullable=False),
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("trustee", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "member", "trustee"),
    )
    table(
        "box_key",
        sa.Column("trustee", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("last_day", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("trustee"),
    )
    table(
        "case_file",
        sa.Column("case_id", sa.LargeBinary(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    table(
        "case_member",
        sa.Column("case_id", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("report_key", sa.LargeBinary(), nullable=False),
        sa.Column("header_digest", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("match_threshold", sa.BigInteger(), nullable=False),
        sa.Column("witness", sa.Boolean(), nullable=False),
        sa.Column("nudged", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "place"),
    )
    op.create_index(
        op.f("ix_case_member_report_key"), "case_member", ["report_key"], unique=False
    )
    table(
        "ceremony",
        sa.Column("one", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    table(
        "ceremony_post",
        sa.Column("attempt", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("attempt", "sequence"),
    )
    table(
        "consent",
        sa.Column("case_id", sa.LargeBinary(), nullable=False),
        sa.Column("report_key", sa.LargeBinary(), nullable=False),
        sa.Column("last_day", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "report_key"),
    )
    table(
        "erasure",
        sa.Column("report_key", sa.LargeBinary(), nullable=False),
        sa.Column("trustee", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("report_key", "trustee"),
    )
    table(
        "hold_order",
        sa.Column("trustee", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("trustee", "case_id"),
    )
    table(
        "letterbox",
        sa.Column("letterbox_key", sa.LargeBinary(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("expiry_month", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("letterbox_key"),
    )
    op.create_index(op.f("ix_letterbox_due"), "letterbox", ["due"], unique=False)
    table(
        "lost_report",
        sa.Column("report_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("report_key"),
    )
    table(
        "manifest",
        sa.Column("one", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    table(
        "notice",
        sa.Column("notice", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("notice"),
    )
    op.create_index(op.f("ix_notice_due"), "notice", ["due"], unique=False)
    table(
        "notified",
        sa.Column("report_key", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("report_key"),
    )
    table(
        "nudge_letter",
        sa.Column("case_id", sa.LargeBinary(), nullable=False),
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("trustee", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "member", "trustee"),
    )
    table(
        "owner",
        sa.Column("one", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    table(
        "queue",
        sa.Column("item", sa.LargeBinary(), nullable=False),
        sa.Column("trustee", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("item"),
    )
    op.create_index(op.f("ix_queue_subject"), "queue", ["subject"], unique=False)
    op.create_index(op.f("ix_queue_trustee"), "queue", ["trustee"], unique=False)
    table(
        "receipt",
        sa.Column("report_key", sa.LargeBinary(), nullable=False),
        sa.Column("trustee", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("report_key", "trustee"),
    )
    table(
        "recovery",
        sa.Column("one", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    table(
        "release",
        sa.Column("case_id", sa.LargeBinary(), nullable=False),
        sa.Column("reader", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("giver", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("trustee", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "reader", "giver", "trustee"),
    )
    table(
        "report",
        sa.Column("report_key", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("header_digest", sa.LargeBinary(), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=True),
        sa.Column("standing", sa.LargeBinary(), nullable=True),
        sa.Column("lock", sa.LargeBinary(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("nudge", sa.LargeBinary(), nullable=True),
        sa.Column("match_threshold", sa.BigInteger(), nullable=False),
        sa.Column("witness", sa.Boolean(), nullable=False),
        sa.Column("expiry_month", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("tag_rows", sa.LargeBinary(), nullable=True),
        sa.Column("overtaken_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("report_key"),
    )
    op.create_index(
        op.f("ix_report_header_digest"), "report", ["header_digest"], unique=False
    )
    table(
        "rewriting",
        sa.Column("one", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("done_day", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    table(
        "run",
        sa.Column("one", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("boot", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    table(
        "spent_token",
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("header_digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    table(
        "tag_buckets",
        sa.Column("one", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bits", sa.BigInteger(), nullable=False),
        sa.Column("split", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    table(
        "tag_row",
        sa.Column("bucket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "name"),
        postgresql_partition_by="HASH (bucket)",
    )
    op.create_index("ix_tag_row_name", "tag_row", ["name"], unique=False)
    table(
        "token_grant",
        sa.Column("registrar", sa.LargeBinary(), nullable=False),
        sa.Column("pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("registrar", "pseudonym", "request"),
    )
    table(
        "trustee_counter",
        sa.Column("trustee", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("trustee"),
    )
    table(
        "vault",
        sa.Column("vault_id", sa.LargeBinary(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("vault_id"),
    )
    table(
        "verdict",
        sa.Column("case_id", sa.LargeBinary(), nullable=False),
        sa.Column("trustee", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "trustee"),
    )
    table(
        "withdrawal",
        sa.Column("report_key", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("report_key"),
    )

    if op.get_bind().dialect.name == "postgresql":
        for part in range(32):
            op.execute(
                f"CREATE TABLE tag_row_{part} PARTITION OF tag_row"
                f" FOR VALUES WITH (MODULUS 32, REMAINDER {part})"
            )
