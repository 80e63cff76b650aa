"""Who may come in: applications and their keys."""
