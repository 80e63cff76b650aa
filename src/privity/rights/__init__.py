"""What a person controls: choices, consent, age, export."""
