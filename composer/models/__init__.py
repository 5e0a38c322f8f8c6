"""Learned probabilities: plain arrays and log-probabilities in nats, no training code.

One shape for all: ``load(folder) -> Model``, a frozen dataclass whose methods return nats.

==========  =======================  ==========================================================
module      model                    says
==========  =======================  ==========================================================
markov      ``PitchMarkov``          the next note of a melody, given up to four before it
rhythm      ``BarRhythm``            the next whole-bar rhythm, given the place in the line
hidden      ``ChordHMM``             chords behind bass and soprano, beat by beat
mixture     ``PhraseGMM``            register, contour and density of a phrase
refiner     ``Refiner``              a note given everything around it
library     ``load_models``          finds the models of a corpus on the shelf
==========  =======================  ==========================================================
"""

from __future__ import annotations
