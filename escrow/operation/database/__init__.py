"""One way to open a database for every program: SQLite, or PostgreSQL by URL."""
