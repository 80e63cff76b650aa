"""Mail: letters become messages and leave through one SMTP server."""
