"""Treat each finding: pseudonymize, hash, generalize, exclude, keep; and measure."""
