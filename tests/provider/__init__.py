"""The stand-in provider as a program of its own, for tests and benchmarks."""
