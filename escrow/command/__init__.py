"""The program `alongside`: the one part of escrow that does I/O."""
