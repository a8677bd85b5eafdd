"""A made-up society of real size, for measuring how often match keys go wrong."""
