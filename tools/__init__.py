"""Tools for developers: reference pages, word lists."""
