"""The small parts that tasks and encoders are composed from: labels, heads, losses, measures, attention."""
