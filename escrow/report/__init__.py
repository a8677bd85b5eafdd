"""A report, outside in: what it holds, sealing it, checking it (§F)."""
