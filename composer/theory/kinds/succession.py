"""Which chord may follow which.

- ``degrees``: two chords of one key. ``before`` and ``after`` are degrees (1 to 7) of their roots; such a pair breaks
  the rule. ``dominant`` asks only where the first chord is a dominant with its leading tone; ``inverted_excused``
  lets an inverted second chord pass.
- ``applied``: the first chord has a leading tone to a goal that is not the tonic; the second must stand on that goal (a
  dominant seventh on it counts, so that dominants may follow in a chain) or on the first chord's own root.
- ``minor-dominant``: in a minor key a chord on one of the degrees ``before`` that goes to the tonic has the raised
  seventh.
- ``prolonged``: names a chord that stands between two on one root: ``passing`` (the bass walks through it),
  ``neighbour`` (the bass steps out and back, or stays) or ``divider`` (a fifth above).
- ``borrowed``: names a chord of a major key whose notes come from the minor one on the same tonic, and a minor
  piece's last chord with a major third.
- ``phrase``: a phrase begins on the tonic, closes with one of ``cadences``, and does not go from dominant back to
  pre-dominant.
- ``confirmed``: a stretch of chords in a key that is not the piece's, and is no passing one, has a cadence on its
  tonic.
- ``pivot``: names the change into another key by a chord that belongs to both.
- ``schema``: names four chords over which the outer voices walk the degrees of one of ``schemata``.
"""

from __future__ import annotations

import numpy as np

from composer.score.key import MODES, SCALES
from composer.score.windows import ABSENT, CADENCES, REST, Bools, Ints, Window, bools
from composer.theory.asks import Asks, choices, flag, schemata, wholes
from composer.theory.judge import Judge
from composer.theory.kinds.sixfour import bass_pc
from composer.theory.passages import KeyRuns, Phrases

MINOR = MODES.index("minor")
SUBTONIC, WHOLE_STEP = 10, 2  # semitones
SHAPES = ("", "passing chord", "neighbour chord", "divider")
PARALLEL = (0, 2, 3, 5, 7, 8, 10, 11)  # semitones of minor above its tonic, the raised seventh included
MAJOR = np.isin(np.arange(12), SCALES["major"])


def _root_degree(window: Window, place: int) -> Ints:
    return (window.member_letter[..., place, 0] - window.tonic_letter[..., place]) % 7 + 1


def degrees_broken(window: Window, asks: Asks) -> Bools:
    """(...): the second chord is one of those that may not follow."""
    after = _root_degree(window, 1)
    wrong = degrees_chances(window, asks)
    hit = wrong & False
    for degree in asks["after"]:
        hit = hit | (after == degree)
    if asks["inverted_excused"]:
        hit = hit & (window.inversion[..., 1] == 0)
    return wrong & hit


def degrees_chances(window: Window, asks: Asks) -> Bools:
    """(...): the first chord is one of those named, and another chord of the same key follows."""
    before = _root_degree(window, 0)
    hit = (before == asks["before"][0]) if asks["before"] else before > 0
    for degree in asks["before"][1:]:
        hit = hit | (before == degree)
    known = (window.member_letter[..., 0, 0] != ABSENT) & (window.member_letter[..., 1, 0] != ABSENT)
    hit = hit & known & (window.tonic_pc[..., 0] == window.tonic_pc[..., 1])
    if asks["dominant"]:
        own = window.goal_pc[..., 0] == window.tonic_pc[..., 0]
        hit = hit & (window.leading_pc[..., 0] != ABSENT) & own
    return bools(hit & (window.chord_id[..., 0] != window.chord_id[..., 1]))


def applied_broken(window: Window, asks: Asks) -> Bools:
    """(...): the second chord stands neither on the goal nor on the first chord's root."""
    root = window.member_pc[..., 1, 0]
    right = (root == window.goal_pc[..., 0]) | (root == window.member_pc[..., 0, 0])
    return bools(applied_chances(window, asks) & ~right)


def applied_chances(window: Window, _asks: Asks) -> Bools:
    """(...): the first chord is an applied dominant, and another chord follows."""
    applied = (window.leading_pc[..., 0] != ABSENT) & (window.goal_pc[..., 0] != window.tonic_pc[..., 0])
    known = window.member_pc[..., 1, 0] != ABSENT
    return bools(applied & known & (window.chord_id[..., 0] != window.chord_id[..., 1]))


def minor_dominant_broken(window: Window, asks: Asks) -> Bools:
    """(...): the chord before the tonic has no leading tone."""
    found = minor_dominant_chances(window, asks) & (window.leading_pc[..., 0] == ABSENT)
    if not window.roles or not found.any():
        return bools(found)
    rises = (window.degree[..., 0, :] == SUBTONIC) & (window.move[..., 0, :] == WHOLE_STEP)
    closes = window.cadence[..., 1] != 0
    return bools(found & (rises.any(axis=-1) | closes | ~window.read[..., 0]))


def minor_dominant_chances(window: Window, asks: Asks) -> Bools:
    """(...): such a chord goes to the tonic of its minor key."""
    letters, tonic = window.member_letter[..., 0], window.tonic_letter
    found = (window.mode[..., 0] == MINOR) & (letters[..., 0] != ABSENT) & (letters[..., 1] == tonic[..., 1])
    if not found.any():
        return bools(found)
    hit = found & False
    for degree in asks["before"]:
        hit = hit | ((letters[..., 0] - tonic[..., 0]) % 7 + 1 == degree)
    same = window.tonic_pc[..., 0] == window.tonic_pc[..., 1]
    return bools(found & hit & same & (window.chord_id[..., 0] != window.chord_id[..., 1]))


def _prolonged(window: Window) -> Ints:
    """(...) place in SHAPES."""
    bass, root = bass_pc(window), window.member_pc[..., 0]
    first, second = (bass[..., 1] - bass[..., 0]) % 12, (bass[..., 2] - bass[..., 1]) % 12
    up, down = (first >= 1) & (first <= 2), (first >= 10) & (first <= 11)
    on = (up & (second >= 1) & (second <= 2)) | (down & (second >= 10))
    back = (first == 0) & (second == 0) | (up & (second >= 10)) | (down & (second >= 1) & (second <= 2))
    fifth = (root[..., 1] - root[..., 0]) % 12 == 7
    found: Ints = np.select([on, back, fifth], [1, 2, 3], 0)
    return found


def prolonged_shown(window: Window, asks: Asks) -> Bools:
    """(...): the chord in the middle prolongs the one around it."""
    return bools(prolonged_chances(window, asks) & (_prolonged(window) > 0))


def prolonged_chances(window: Window, _asks: Asks) -> Bools:
    """(...): two chords on one root with another between them, in one key."""
    root, ids = window.member_pc[..., 0], window.chord_id
    other = (root[..., 1] != root[..., 0]) & (root != ABSENT).all(axis=-1)
    found = (root[..., 0] == root[..., 2]) & other & (ids[..., 0] != ids[..., 1]) & (ids[..., 1] != ids[..., 2])
    return bools(found & (window.tonic_pc == window.tonic_pc[..., :1]).all(axis=-1) & (window.cadence[..., 2] == 0))


def prolonged_name(window: Window, _asks: Asks, place: int) -> str:
    """What the chord in the middle of a window is."""
    return SHAPES[int(np.atleast_1d(_prolonged(window))[place])]


def _borrowed(window: Window) -> Ints:
    """(...) 1 a borrowed chord, 2 a Picardy third, 0 neither."""
    members = window.member_pc[..., 0, :]
    above = (members - window.tonic_pc[..., 0, None]) % 12
    there, mode = members != ABSENT, window.mode[..., 0]
    foreign = (there & ~MAJOR[above]).any(axis=-1)
    minor = (~there | np.isin(above, PARALLEL)).all(axis=-1)
    own = (window.leading_pc[..., 0] == ABSENT) | (window.goal_pc[..., 0] == window.tonic_pc[..., 0])
    picardy = window.last[..., 0] & (above[..., 0] == 0) & (above[..., 1] == 4) & (mode == MINOR)
    found: Ints = np.select([(mode == MODES.index("major")) & foreign & minor & own, picardy], [1, 2], 0)
    return found


def borrowed_shown(window: Window, asks: Asks) -> Bools:
    """(...): the chord comes from the other mode."""
    return bools(borrowed_chances(window, asks) & (_borrowed(window) > 0))


def borrowed_chances(window: Window, _asks: Asks) -> Bools:
    """(...): the chord is known."""
    return bools(window.member_pc[..., 0, 0] != ABSENT)


def borrowed_name(window: Window, _asks: Asks, place: int) -> str:
    """What the chord of a window is."""
    return ("", "borrowed chord", "Picardy third")[int(np.atleast_1d(_borrowed(window))[place])]


def phrase_broken(window: Phrases, asks: Asks) -> Bools:
    """(...): it begins or ends elsewhere, or turns back."""
    closes = np.isin(window.cadence[..., 0], [CADENCES.index(name) for name in asks["cadences"]])
    return bools(phrase_chances(window, asks) & ~(window.begins_home[..., 0] & closes & ~window.goes_back[..., 0]))


def phrase_chances(window: Phrases, _asks: Asks) -> Bools:
    """(...): the phrase has three chords or more and a cadence."""
    return bools((window.chords[..., 0] > 2) & (window.cadence[..., 0] > 0))


def confirmed_broken(window: KeyRuns, asks: Asks) -> Bools:
    """(...): no cadence says that the new key is meant."""
    return bools(confirmed_chances(window, asks) & ~window.closed[..., 0])


def confirmed_chances(window: KeyRuns, _asks: Asks) -> Bools:
    """(...): the stretch is in another key and longer than a tonicisation."""
    return bools(~window.home[..., 0] & window.long[..., 0])


def pivot_shown(window: KeyRuns, asks: Asks) -> Bools:
    """(...): the last chord before the new key belongs to it, too."""
    return bools(window.pivot[..., 1])


def pivot_chances(window: KeyRuns, _asks: Asks) -> Bools:
    """(...): the key changes."""
    return bools(window.onset_key[..., 1] >= 0)


def _schema(window: Window, asks: Asks) -> Ints:
    """(...) place in the list of schemata, from 1; 0 for none."""
    degree = (window.letter_step - window.tonic_letter[..., None]) % 7 + 1
    found = np.zeros(window.chord_id.shape[:-1], dtype=np.int64)
    for number, (_, bass, tune) in enumerate(asks["schemata"], 1):
        same = (degree[..., -1] == np.array(bass)) & (degree[..., 0] == np.array(tune))
        found = np.where(same.all(axis=-1), number, found)
    return found


def schema_shown(window: Window, asks: Asks) -> Bools:
    """(...): the outer voices walk such degrees."""
    return bools(schema_chances(window, asks) & (_schema(window, asks) > 0))


def schema_chances(window: Window, _asks: Asks) -> Bools:
    """(...): four chords of one key, with two voices or more."""
    if len(window.roles) < 2:
        return bools(np.zeros(window.chord_id.shape[:-1]))
    sounding = (window.pitch_midi[..., 0] != REST) & (window.pitch_midi[..., -1] != REST)
    return bools(sounding.all(axis=-1) & (window.tonic_pc == window.tonic_pc[..., :1]).all(axis=-1))


def schema_name(window: Window, asks: Asks, place: int) -> str:
    """The name of a window's schema."""
    return str(asks["schemata"][int(np.atleast_1d(_schema(window, asks))[place]) - 1][0])


JUDGES: dict[str, Judge] = {
    "degrees": Judge(
        "harmony",
        {
            "before": wholes(5),
            "after": wholes(4),
            "dominant": flag(False),
            "inverted_excused": flag(False),
        },
        degrees_broken,
        degrees_chances,
        span=2,
        place=1,
    ),
    "applied": Judge("harmony", {}, applied_broken, applied_chances, span=2, place=1),
    "minor-dominant": Judge("harmony", {"before": wholes(5, 7)}, minor_dominant_broken, minor_dominant_chances, span=2),
    "prolonged": Judge(
        "harmony", {}, prolonged_shown, prolonged_chances, span=3, place=1, what=prolonged_name
    ),
    "borrowed": Judge("harmony", {}, borrowed_shown, borrowed_chances, what=borrowed_name),
    "phrase": Judge(
        "phrases", {"cadences": choices(("PAC", "IAC"), *CADENCES[1:])}, phrase_broken, phrase_chances
    ),
    "confirmed": Judge("keys", {}, confirmed_broken, confirmed_chances),
    "pivot": Judge("keys", {}, pivot_shown, pivot_chances, span=2, place=1),
    "schema": Judge("harmony", {"schemata": schemata()}, schema_shown, schema_chances, span=4, what=schema_name),
}
