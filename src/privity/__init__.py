"""privity: personal data stays home while an AI assistant does its work."""
