"""One trustee's shell: the key share, its quotas and its log."""
