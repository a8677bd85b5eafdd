"""Every schema of the project."""

from api.registrar.tables import SCHEMA as REGISTRAR
from api.sql_store.schema import SCHEMA as API
from api.sql_store.tables import TAG_PARTITIONS

SCHEMAS = (API, REGISTRAR)
#: Tables that PostgreSQL keeps in parts, and in how many.
PARTITIONS = {"tag_row": TAG_PARTITIONS}
