"""Programs of the adversaries: they get files and nothing else."""
