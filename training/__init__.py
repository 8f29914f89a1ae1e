"""One script per model; each runs with `python -m training.<name>` and has `--smoke`."""
