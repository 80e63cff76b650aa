"""Checks of an installation, by subject: each looks at one part of `governance.checks`."""
