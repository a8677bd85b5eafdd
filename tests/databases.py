"""Which database a test runs on: files on SQLite, or databases of their own."""

from pathlib import Path

import pytest

from escrow.operation.database.address import Postgres


def place_of(url, file):
    """Where a store is to be: the file, unless there is a URL."""
    return Postgres(url) if url else file


def name_of(url):
    """What a database is called on its server."""
    return url.split("/")[3].split("?")[0]


def sqlite_file(place):
    """The file of a store; a test of PostgreSQL's files is another one."""
    if not isinstance(place, Path):
        pytest.skip("about SQLite's files; for PostgreSQL's see test_rewriting")
    return place
