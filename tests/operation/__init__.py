"""What an operator runs: logs, checks, backups, metrics, units."""
