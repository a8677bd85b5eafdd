"""What every operator's shell shares: logs, backups, checks, metrics (§O)."""
