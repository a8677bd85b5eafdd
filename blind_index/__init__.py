"""From an identifier to a blind output: pure arithmetic and text."""
