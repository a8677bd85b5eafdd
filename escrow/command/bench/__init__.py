"""`alongside bench`: what everything costs, as ratios and counts of one run."""
