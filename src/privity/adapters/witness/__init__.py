"""Witnesses: the one that privity can be for another log, and asking those of one's own."""
