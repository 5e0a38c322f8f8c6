"""What music is, without opinions: pitches, keys, chords, time, notes, scores and readings."""
