"""What an answer is made of: where a person's words go back in."""
