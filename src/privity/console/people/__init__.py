"""What people see of their own data, and change: pages and a JSON API below `/privacy`."""
