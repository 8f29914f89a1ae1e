"""Tests of what is felt in a photo or a text."""
