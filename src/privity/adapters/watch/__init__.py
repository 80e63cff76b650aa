"""Watching: the log is followed, rules are asked, alerts are kept and sent."""
