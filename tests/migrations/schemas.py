"""Every schema of the project."""

from api.registrar.tables import SCHEMA as REGISTRAR
from api.sql_store.schema import SCHEMA as API
from api.sql_store.tables import TAG_PARTITIONS
from keyservice.tables import SCHEMA as TRUSTEE

SCHEMAS = (API, REGISTRAR, TRUSTEE)
#: Tables that PostgreSQL keeps in parts, and in how many.
PARTITIONS = {"tag_row": TAG_PARTITIONS}
