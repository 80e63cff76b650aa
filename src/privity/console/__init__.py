"""What staff and people see."""
