"""The console of the staff: pages below `/console`, for whoever signed in with two factors."""
