"""Registers and clocks: what people ask, until when it must be answered, proof that it was."""
