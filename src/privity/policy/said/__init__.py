"""The words of the notice, one file a language."""
