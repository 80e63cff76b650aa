"""The one declaration: load, decide, say, prove, compare."""
