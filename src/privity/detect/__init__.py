"""Find personal data in text."""
