"""The store in SQL: SQLite here, nothing in it that is peculiar to SQLite."""
