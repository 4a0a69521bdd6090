"""`allears adapt`: train a model on to something new, and see what it costs the tasks it had. Needs torch."""
