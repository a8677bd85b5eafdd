"""Everyone in memory: survivors, server, registrar, trustees; each corruptible."""
