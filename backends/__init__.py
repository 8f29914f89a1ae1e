"""One file per model, `<task>_<name>.py`, each with a constant `CARD`. Listing them imports nothing heavy."""
