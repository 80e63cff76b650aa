"""Write annotated conversations and documents: our own sentences, filled with invented people."""
