"""The tables. Keys are random or derived, never counted; days are whole days.

In SQLite rows lie in the order of their keys, without a row number; only their bytes'
places in the file tell in which order they came. PostgreSQL keeps rows in the order in
which they came, each with the number of its transaction. Both until they are rewritten
(`escrow.operation.database.rewriting`).

A change here needs a migration; as long as nothing is deployed the initial one is
written anew by `make migrations`.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from escrow.operation.database.daily_rewriting import rewriting_table

METADATA = MetaData()
#: PostgreSQL spreads the index of tags over so many tables, by bucket.
TAG_PARTITIONS: Final = 32


def _table(name: str, *columns: "Column[object]") -> Table:
    return Table(name, METADATA, *columns, sqlite_with_rowid=False)


def _key(name: str) -> "Column[object]":
    return Column(name, LargeBinary, primary_key=True)


def _place(name: str) -> "Column[object]":
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def _bytes(name: str, *, empty: bool = False, index: bool = False) -> "Column[object]":
    return Column(name, LargeBinary, nullable=empty, index=index)


def _number(name: str) -> "Column[object]":
    return Column(name, BigInteger, nullable=False)


VAULT = _table("vault", _key("vault_id"), _number("counter"), _bytes("ciphertext"))

REPORT = _table(
    "report",
    _key("report_key"),
    _number("version"),
    _bytes("header_digest", index=True),
    _bytes("header", empty=True),
    _bytes("standing", empty=True),
    _bytes("lock", empty=True),
    _bytes("contact", empty=True),
    _bytes("nudge", empty=True),
    _number("match_threshold"),
    Column("witness", Boolean, nullable=False),
    _number("expiry_month"),
    _number("day"),
    Column("withdrawn", Boolean, nullable=False),
    _bytes("tag_rows", empty=True),
    # Trustees that hold a newer version than this one, one bit each (§T8).
    _number("overtaken_at"),
)
# Withdrawals as they were signed, in the order of their report keys (§T6).
WITHDRAWAL = _table("withdrawal", _key("report_key"), _bytes("body"))
# Reports that trustees hold and this server, after a backup, does not (§T8).
LOST_REPORT = _table("lost_report", _key("report_key"))
RECOVERY = _table("recovery", _place("one"), _bytes("body"))
RECEIPT = _table("receipt", _key("report_key"), _place("trustee"), _bytes("body"))
ERASURE = _table("erasure", _key("report_key"), _place("trustee"), _bytes("body"))
ANSWER = _table("answer", _key("report_key"), _place("trustee"), _bytes("sealed"))

TAG_ROW = Table(
    "tag_row",
    METADATA,
    _place("bucket"),
    _key("name"),
    _bytes("sealed"),
    Index("ix_tag_row_name", "name"),
    sqlite_with_rowid=False,
    postgresql_partition_by="HASH (bucket)",
)
TAG_BUCKETS = _table(
    "tag_buckets", _place("one"), _number("bits"), _number("split"), _number("rows")
)

QUEUE = _table(
    "queue",
    _key("item"),
    Column("trustee", BigInteger, nullable=False, index=True),
    _number("sequence"),
    Column("kind", String(16), nullable=False),
    _bytes("subject", index=True),
    _bytes("body"),
)

CASE = _table("case_file", _key("case_id"), _number("sequence"), _number("level"))
CASE_MEMBER = _table(
    "case_member",
    _key("case_id"),
    _place("place"),
    _bytes("report_key", index=True),
    _bytes("header_digest"),
    _number("position"),
    _number("match_threshold"),
    Column("witness", Boolean, nullable=False),
    Column("nudged", Boolean, nullable=False),
)
VERDICT = _table("verdict", _key("case_id"), _place("trustee"), _bytes("body"))
CONSENT = _table(
    "consent",
    _key("case_id"),
    _key("report_key"),
    _number("last_day"),
    _bytes("body"),
)
NUDGE_LETTER = _table(
    "nudge_letter", _key("case_id"), _place("member"), _place("trustee"), _bytes("body")
)
RELEASE = _table(
    "release",
    _key("case_id"),
    _place("reader"),
    _place("giver"),
    _place("trustee"),
    _bytes("body"),
)

ANSWER_RECEIPT = _table(
    "answer_receipt",
    _key("case_id"),
    _place("member"),
    _place("trustee"),
    _number("counter"),
    _bytes("body"),
)
ALARM_RECEIPT = _table(
    "alarm_receipt",
    _key("case_id"),
    _place("member"),
    _place("trustee"),
    _bytes("body"),
)
# Members' alarms, and each trustee's last order about each case, as they were signed:
# a trustee that lost them with a backup is given them again (§T6).
ALARM = _table(
    "alarm", _key("case_id"), _key("report_key"), _number("day"), _bytes("body")
)
HOLD_ORDER = _table(
    "hold_order",
    _place("trustee"),
    _key("case_id"),
    _number("number"),
    _number("day"),
    _bytes("body"),
)

GRANT = _table(
    "token_grant",
    _key("registrar"),
    _key("pseudonym"),
    _key("request"),
    _number("tokens"),
    _number("day"),
)
SPENT = _table("spent_token", _key("name"), _bytes("header_digest"))
NOTIFIED = _table("notified", _key("report_key"), _number("day"))
NOTICE = _table(
    "notice",
    _key("notice"),
    _bytes("sealed"),
    Column("due", BigInteger, nullable=False, index=True),
    _number("locked_until"),
    _number("attempts"),
)
LETTERBOX = _table(
    "letterbox",
    _key("letterbox_key"),
    _number("counter"),
    _number("expiry_month"),
    _bytes("sealed", empty=True),
    Column("due", BigInteger, nullable=True, index=True),
)

BOX_KEY = _table("box_key", _place("trustee"), _bytes("body"), _number("last_day"))
CEREMONY = _table("ceremony", _place("one"), _number("attempt"))
CEREMONY_POST = _table(
    "ceremony_post",
    _place("attempt"),
    _place("sequence"),
    _bytes("body"),
)
MANIFEST = _table("manifest", _place("one"), _bytes("body"))

REWRITING = rewriting_table("rewriting", METADATA)

#: Whose database this is; which run of the server trustees sign for.
OWNER = _table("owner", _place("one"), _bytes("mark"))
RUN = _table("run", _place("one"), _bytes("boot"))
TRUSTEE_COUNTER = _table("trustee_counter", _place("trustee"), _number("counter"))
