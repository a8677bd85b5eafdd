"""The steps from one version of a trustee's tables to the next."""
