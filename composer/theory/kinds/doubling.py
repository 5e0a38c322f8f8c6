"""How many voices share a chord tone, and which must not be missing.

- ``count``: ``tone`` is a member of the chord, its ``leading`` tone or its ``bass``; at ``most`` and at ``least`` so
  many voices may have it. ``inversion`` (0, 1, 2, 3; -1 any) and ``triads_only`` limit the chords judged, ``weakest``
  the metric strength (0 to 3).
- ``complete``: ``members`` are those that may not be missing; ``when``: ``always``, only ``inverted`` or only in
  ``root-position``. Where ``foreign_excused``, not judged while a voice has a tone foreign to the chord (it stands
  for a member that comes later); nor below the metric strength ``weakest``, nor, in a chord that was only read,
  without its root or while a voice is held over. A member that is heard while the chord lasts is not missing.
- ``altered``: no two voices share a note that is foreign to the scale (the raised sixth and seventh of minor are
  not).
- ``sixth-chord``: of a triad in first inversion the bass is doubled if its degree is one of ``fixed``, and not
  doubled if it is another.
- ``deceptive``: where a dominant goes to the chord on the sixth degree above its goal, that chord's third is doubled.
- ``chromatic``: of a Neapolitan sixth the bass is doubled; of an augmented sixth neither note of the interval is, and
  an Italian one doubles the tonic.
- ``chain``: of a seventh chord and the chord a fifth below, both in root position, not both are complete; the second
  is a triad, or a ``seventh``.
- ``figured``: the lowest voice has the bass of the chord, and every voice one of its notes, when the chord enters.
"""

from __future__ import annotations

import numpy as np

from composer.score.windows import ABSENT, REST, Bools, Ints, Window, bools
from composer.theory.asks import Asks, choice, choices, flag, roles, voices, whole, wholes
from composer.theory.judge import Judge
from composer.theory.kinds.spelling import KNOWN

MEMBERS = ("root", "third", "fifth", "seventh")


def _target(window: Window, tone: str) -> Ints:
    """(...) pitch class of the tone, ABSENT where the chord has none."""
    if tone == "leading":
        return window.leading_pc[..., 0]
    members, inversion = window.member_pc[..., 0, :], window.inversion[..., 0]
    if tone == "bass":
        return np.take_along_axis(members, np.maximum(inversion, 0)[..., None], axis=-1)[..., 0]
    return members[..., MEMBERS.index(tone)]


def count_broken(window: Window, asks: Asks) -> Bools:
    """(...): too many or too few voices have the tone."""
    pitch = window.pitch_midi[..., 0, :]
    target = _target(window, asks["tone"])
    count = ((pitch % 12 == target[..., None]) & (pitch != REST)).sum(axis=-1)
    return bools(((count > asks["most"]) | (count < asks["least"])) & count_chances(window, asks))


def count_chances(window: Window, asks: Asks) -> Bools:
    """(...): all voices sound and the chord has the tone."""
    found = (window.pitch_midi[..., 0, :] != REST).all(axis=-1) & (_target(window, asks["tone"]) != ABSENT)
    found = found & window.sure[..., 0]
    if asks["tone"] == "leading":
        found = found & window.confirmed[..., 0]
    if asks["inversion"] >= 0:
        found = found & (window.inversion[..., 0] == asks["inversion"])
    if asks["triads_only"]:
        found = found & (window.member_pc[..., 0, 3] == ABSENT)
    return bools(found & (window.strength[..., 0] >= asks["weakest"]))


def complete_broken(window: Window, asks: Asks) -> Bools:
    """(...): one of the members is missing."""
    pitch, members = window.pitch_midi[..., 0, :] % 12, window.member_pc[..., 0, :]
    missing = complete_chances(window, asks)
    anyone = missing & False
    for name in asks["members"]:
        member = members[..., MEMBERS.index(name)]
        here = (pitch == member[..., None]).any(axis=-1) | window.heard[..., 0, MEMBERS.index(name)]
        anyone = anyone | ((member != ABSENT) & ~here & _plain(window, name))
    return missing & anyone


def _plain(window: Window, name: str) -> Bools:
    """(...): the chord was planned, or the rest of its triad says which it is."""
    others = [number for number, other in enumerate(MEMBERS[:3]) if other != name]
    return bools(~window.read[..., 0] | window.heard[..., 0, others].all(axis=-1))


def complete_chances(window: Window, asks: Asks) -> Bools:
    """(...): all voices sound in a known chord, and members of it where a foreign note excuses."""
    pitch, members = window.pitch_midi[..., 0, :], window.member_pc[..., 0, :]
    sounds = pitch != REST
    if asks["foreign_excused"]:
        sounds = sounds & ((pitch % 12)[..., :, None] == members[..., None, :]).any(axis=-1)
    found = sounds.all(axis=-1) & (members[..., 0] != ABSENT) & window.sure[..., 0]
    found = found & (~window.read[..., 0] | window.attack[..., 0, :].all(axis=-1))
    inverted = window.inversion[..., 0] > 0
    if asks["when"] != "always":
        found = found & (inverted if asks["when"] == "inverted" else ~inverted)
    return bools(found & (window.strength[..., 0] >= asks["weakest"]))


def _count(window: Window, place: int, target: Ints) -> Ints:
    """(...) voices that have a pitch class."""
    pitch = window.pitch_midi[..., place, :]
    found: Ints = ((pitch % 12 == target[..., None]) & (pitch != REST)).sum(axis=-1)
    return found


def altered_broken(window: Window, asks: Asks) -> Bools:
    """(...): two voices have one foreign note."""
    pc = (window.pitch_midi[..., 0, :] - window.tonic_pc[..., 0, None]) % 12
    foreign = ~KNOWN[window.mode[..., 0, None], pc] & (window.pitch_midi[..., 0, :] != REST)
    twice = (pc[..., :, None] == pc[..., None, :]).sum(axis=-1) > 1
    return bools(altered_chances(window, asks) & (foreign & twice).any(axis=-1))


def altered_chances(window: Window, asks: Asks) -> Bools:
    """(...): all voices sound notes of the chord, and one is foreign to the scale."""
    pc = (window.pitch_midi[..., 0, :] - window.tonic_pc[..., 0, None]) % 12
    foreign = ~KNOWN[window.mode[..., 0, None], pc]
    settled = complete_chances(window, {"when": "always", "weakest": 0, "foreign_excused": True})
    return bools(settled & foreign.any(axis=-1))


def sixth_chord_broken(window: Window, asks: Asks) -> Bools:
    """(...): another note is doubled than the degree in the bass asks for."""
    bass = window.member_pc[..., 0, 1]
    degree = (window.member_letter[..., 0, 1] - window.tonic_letter[..., 0]) % 7 + 1
    fixed, count = np.isin(degree, asks["fixed"]), _count(window, 0, bass)
    return bools(sixth_chord_chances(window, asks) & np.where(fixed, count < 2, count > 1))


def sixth_chord_chances(window: Window, _asks: Asks) -> Bools:
    """(...): four voices sound a triad in first inversion on a beat."""
    triad = (window.inversion[..., 0] == 1) & (window.member_pc[..., 0, 3] == ABSENT)
    return bools(triad & complete_chances(window, {"when": "inverted", "weakest": 1, "foreign_excused": True}))


def deceptive_broken(window: Window, asks: Asks) -> Bools:
    """(...): the third of the second chord is not doubled."""
    return bools(deceptive_chances(window, asks) & (_count(window, 1, window.member_pc[..., 1, 1]) < 2))


def deceptive_chances(window: Window, _asks: Asks) -> Bools:
    """(...): a root-position dominant goes to the sixth degree above its goal, and all voices have notes of it."""
    rise = (window.member_pc[..., 1, 0] - window.goal_pc[..., 0]) % 12
    fifth = (window.member_pc[..., 0, 0] - window.goal_pc[..., 0]) % 12 == 7
    found = (window.leading_pc[..., 0] != ABSENT) & fifth & ((rise == 8) | (rise == 9))
    found = found & (window.inversion == 0).all(axis=-1) & (window.chord_id[..., 0] != window.chord_id[..., 1])
    found = found & (window.member_pc[..., 1, 3] == ABSENT) & (window.leading_pc[..., 1] == ABSENT)
    return bools(found & _all_members(window, 1))


def _all_members(window: Window, place: int) -> Bools:
    """(...): every voice sounds a note of a known chord."""
    pitch, members = window.pitch_midi[..., place, :], window.member_pc[..., place, :]
    belongs = ((pitch % 12)[..., :, None] == members[..., None, :]).any(axis=-1)
    return bools((belongs & (pitch != REST)).all(axis=-1) & (members[..., 0] != ABSENT))


def _kinds(window: Window) -> tuple[Bools, Bools, Ints, Ints]:
    """(...) each: Neapolitan, augmented sixth, and the two pitch classes of the latter's interval."""
    members, letters = window.member_pc[..., 0, :], window.member_letter[..., 0, :]
    root = (members[..., 0] - window.tonic_pc[..., 0]) % 12
    third = (members[..., 1] - members[..., 0]) % 12
    neapolitan = (root == 1) & (third == 4) & (members[..., 3] == ABSENT) & (window.inversion[..., 0] == 1)
    by_third = (third == 2) & ((letters[..., 1] - letters[..., 0]) % 7 == 2)
    fifth = (members[..., 2] - members[..., 0]) % 12
    french = (fifth == 6) & (third == 4) & (root == 2) & (window.inversion[..., 0] == 2)
    low = np.where(french, members[..., 2], members[..., 1])
    return bools(neapolitan), bools(by_third | french), low, np.where(french, members[..., 1], members[..., 0])


def chromatic_broken(window: Window, asks: Asks) -> Bools:
    """(...): a Neapolitan without its bass doubled, or an augmented sixth with a note of the interval doubled."""
    neapolitan, sixth, low, high = _kinds(window)
    italian = sixth & (window.member_pc[..., 0, 3] == ABSENT)
    plain = neapolitan & (_count(window, 0, window.member_pc[..., 0, 1]) < 2)
    double = sixth & ((_count(window, 0, low) > 1) | (_count(window, 0, high) > 1))
    single = italian & (_count(window, 0, window.tonic_pc[..., 0]) < 2)
    return bools(chromatic_chances(window, asks) & (plain | double | single))


def chromatic_chances(window: Window, _asks: Asks) -> Bools:
    """(...): all voices sound notes of such a chord."""
    neapolitan, sixth, _, _ = _kinds(window)
    return bools((neapolitan | sixth) & _all_members(window, 0))


def chain_broken(window: Window, asks: Asks) -> Bools:
    """(...): both chords are complete."""
    whole_chords = bools(chain_chances(window, asks))
    for place in (0, 1):
        for slot in range(4):
            member = window.member_pc[..., place, slot]
            whole_chords = whole_chords & ((member == ABSENT) | (_count(window, place, member) > 0))
    return whole_chords


def chain_chances(window: Window, asks: Asks) -> Bools:
    """(...): a seventh chord and the chord a fifth below, in root position, in notes of theirs."""
    members = window.member_pc
    falls = (members[..., 0, 0] - members[..., 1, 0]) % 12 == 7
    second = (members[..., 1, 3] != ABSENT) == asks["seventh"]
    found = falls & second & (members[..., 0, 3] != ABSENT) & (window.inversion == 0).all(axis=-1)
    return bools(found & _all_members(window, 0) & _all_members(window, 1))


def figured_broken(window: Window, asks: Asks) -> Bools:
    """(...): another bass, or a note that the figures do not name."""
    place = np.maximum(window.inversion[..., 1], 0)[..., None]
    bass = np.take_along_axis(window.member_pc[..., 1, :], place, axis=-1)[..., 0]
    other = window.pitch_midi[..., 1, -1] % 12 != bass
    return bools(figured_chances(window, asks) & (other | ~_all_members(window, 1)))


def figured_chances(window: Window, _asks: Asks) -> Bools:
    """(...): all voices sound where a known chord enters."""
    enters = (window.chord_id[..., 0] != window.chord_id[..., 1]) & (window.member_pc[..., 1, 0] != ABSENT)
    return bools(enters & (window.pitch_midi[..., 1, :] != REST).all(axis=-1))


JUDGES: dict[str, Judge] = {
    "count": Judge(
        "slices",
        {
            "tone": choice("leading", "leading", "bass", *MEMBERS),
            "most": whole(99),
            "least": whole(0),
            "inversion": whole(-1),
            "triads_only": flag(False),
            "weakest": whole(0),
            "voices": voices("all"),
            "roles": roles(),
        },
        count_broken,
        count_chances,
    ),
    "complete": Judge(
        "slices",
        {
            "members": choices(("third",), *MEMBERS),
            "when": choice("always", "always", "inverted", "root-position"),
            "weakest": whole(1),
            "foreign_excused": flag(True),
            "voices": voices("all"),
            "roles": roles(),
        },
        complete_broken,
        complete_chances,
    ),
    "altered": Judge("slices", {"voices": voices("all"), "roles": roles()}, altered_broken, altered_chances),
    "sixth-chord": Judge(
        "slices", {"fixed": wholes(1, 2, 4, 5), "voices": voices("all"), "roles": roles()}, sixth_chord_broken,
        sixth_chord_chances,
    ),
    "deceptive": Judge(
        "slices", {"voices": voices("all"), "roles": roles()}, deceptive_broken, deceptive_chances, span=2, place=1
    ),
    "chromatic": Judge("slices", {"voices": voices("all"), "roles": roles()}, chromatic_broken, chromatic_chances),
    "chain": Judge(
        "slices", {"seventh": flag(False), "voices": voices("all"), "roles": roles()}, chain_broken, chain_chances,
        span=2, place=1,
    ),
    "figured": Judge(
        "slices", {"voices": voices("all"), "roles": roles()}, figured_broken, figured_chances, span=2,
        lead=lambda _asks: 1,
    ),
}
