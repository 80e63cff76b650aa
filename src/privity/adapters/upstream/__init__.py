"""The providers: over HTTP, or the echo model that is built in."""
