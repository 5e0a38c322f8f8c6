"""Harmonising a tune that is given: its lines found, its chords chosen, its voices written."""
