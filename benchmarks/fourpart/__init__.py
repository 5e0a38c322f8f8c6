"""Measuring four-part writing by its notes alone: faults, chords of beats, style. Shares nothing with the law."""
