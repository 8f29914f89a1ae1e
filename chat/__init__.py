"""A conversation that answers with empathy and knows the reviews."""
