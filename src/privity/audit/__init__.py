"""The tamper-evident log: entries, tree, checkpoints, verification."""
