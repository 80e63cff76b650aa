"""Sealed records: envelopes, keys, retention."""
