"""The words of the system: values only, no I/O. Read this package first."""
