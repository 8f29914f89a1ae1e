"""From reviews to answers: import, index, search, summary."""
