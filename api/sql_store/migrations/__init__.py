"""The steps from one version of the API's tables to the next."""
