"""What a request is made of: its strings, their places, their roles."""
