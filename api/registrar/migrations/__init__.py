"""The steps from one version of the registrar's tables to the next."""
