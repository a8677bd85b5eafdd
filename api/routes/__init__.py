"""From bytes to a message, and back: one resource a module."""
