"""Watching over use and misuse: what is unusual is seen, explained and told."""
