"""What attacks share: the catalogue, trials, verdicts, guards, sanity, scanners."""
