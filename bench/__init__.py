"""Measurements: everything in one run on one machine, so that ratios mean something."""
