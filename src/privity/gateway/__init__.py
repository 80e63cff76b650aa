"""The path of one message."""
