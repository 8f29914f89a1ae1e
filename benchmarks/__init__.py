"""One script per figure; each writes `benchmarks/results/<name>.json`, from which the README's table is made."""
