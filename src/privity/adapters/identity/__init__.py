"""Tokens of the team's identity provider, which prove who speaks."""
