"""Twelve named forms by eighteen moods by three: keys, modes, meters, styles, ensembles and upbeats rotating; every
piece composed, checked, read again.

    python -m benchmarks.sweep [--pieces 648] [--jobs 2] [--export] [--musescore 30]

Prints exceptions, E findings by rule, the number of chances of each E rule, notes spelled against chord and key, and
wall time. ``--export`` also validates every page against the MusicXML 4.0 schema and reads it again with music21;
``--musescore N`` sends N of them through musescore3 to MusicXML and back; notes must be equal.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from composer import Brief, Piece, compose
from composer.theory.rulebook import load_rulebook
from composer.theory.tables import load_table

MAJORS = ("C", "G", "D", "A", "E", "B", "F#", "C#", "F", "Bb", "Eb", "Ab", "Db", "Gb", "Cb")
MINORS = ("A", "E", "B", "F#", "C#", "G#", "D#", "A#", "D", "G", "C", "F", "Bb", "Eb", "Ab")
MODAL = ("D dorian", "E phrygian", "F lydian", "G mixolydian", "A aeolian", "F# dorian", "Eb mixolydian", "C aeolian")
METERS = ("4/4", "3/4", "6/8", "2/4", "2/2", "9/8", "12/8")
STYLES = ("song", "folk-song", "chorale", "dance", "song", "folk-song", "jig", "reel", "waltz", "march", "hornpipe")
ENSEMBLES = ("piano", "satb", "lead-sheet", "voice-and-piano", "string-quartet")
ROUNDS = 3


def briefs(count: int) -> list[Brief]:
    """The first ``count`` briefs of the grid, spread over it; what a form or style does not allow is left to it."""
    forms = load_table("forms")
    moods = [str(row["name"]) for row in load_table("moods")]
    dances = {str(row["name"]): row for row in load_table("dances")}
    keys = [f"{k} major" for k in MAJORS] + [f"{k} minor" for k in MINORS] + list(MODAL)
    grid = []
    for number in range(ROUNDS * len(forms) * len(moods)):
        form, mood = forms[number % len(forms)], moods[number // len(forms) % len(moods)]
        turn = number + number // len(forms) + number // (len(forms) * len(moods))
        style = STYLES[turn % len(STYLES)]
        if form.get("styles") and style not in form["styles"]:
            style = "song"
        meter: str | None = METERS[turn // 2 % len(METERS)]
        if style in dances or style == "dance":
            meter = None
        ensemble: str | None = ENSEMBLES[turn % len(ENSEMBLES)]
        if style == "chorale" and ensemble == "voice-and-piano":
            ensemble = None
        bars: int | None = (8, 8, 4, 8, 16)[number % 5] if len(str(form["letters"])) < 5 else (8, 4)[number % 2]
        if "bars" in form:
            bars = None
        grid.append(Brief(
            form=str(form["name"]), mood=mood, key=keys[number * 7 % len(keys)], meter=meter, bars=bars,
            ensemble=ensemble, style=style, pickup=(None, "0", None)[number % 3], seed=1000 + number,
        ))
    step = max(len(grid) // count, 1)
    return grid[::step][:count]


def one(brief: Brief) -> dict[str, Any]:
    """Compose one piece and say what was found."""
    start = time.process_time()
    try:
        piece = compose(brief)
    except Exception as error:  # the sweep reports every failure
        return {"brief": brief, "error": f"{type(error).__name__}: {error}", "seconds": time.process_time() - start}
    exported = export_faults(piece, through_musescore=brief in MUSESCORE) if EXPORT else []
    profile = load_rulebook().profile(load_rulebook().style(piece.request.style).profile)
    severe = {r.id for r in load_rulebook().rules.values() if profile.severity(r) == "error"}
    return {
        "brief": brief, "error": "", "seconds": time.process_time() - start,
        "found": [(f.rule_id, f.bar, f.message) for f in piece.report.errors],
        "warnings": Counter(f.rule_id for f in piece.report.warnings),
        "style": piece.request.style,
        "chances": {rule: n for rule, n in piece.report.chances.items() if rule in severe},
        "lifted": piece.request.lifts,
        "exported": exported,
    }


EXPORT = False
MUSESCORE: list[Brief] = []


def prepare(export: bool, through: list[Brief]) -> None:
    """Tell a worker what to do with each piece besides composing it."""
    global EXPORT, MUSESCORE
    EXPORT, MUSESCORE = export, through


def export_faults(piece: Piece, through_musescore: bool) -> list[str]:
    """What is wrong with a piece's MusicXML: schema, notes as music21 reads them, notes after MuseScore."""
    from lxml import etree
    from music21 import converter

    from composer.files import musicxml
    from tests.pieces import SCHEMA, score_notes, stream_notes

    data = musicxml.to_bytes(piece.score)
    wanted = score_notes(piece.score)
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    faults = [] if schema.validate(etree.fromstring(data)) else [f"schema: {schema.error_log[0].message}"]
    if stream_notes(converter.parseData(data, format="musicxml")) != wanted:
        faults.append("music21 reads other notes")
    if through_musescore:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / "in.musicxml", Path(folder) / "out.musicxml"
            source.write_bytes(data)
            environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": folder}
            subprocess.run(
                ["musescore3", "-o", str(target), str(source)], env=environment, capture_output=True, timeout=120,
                check=True,
            )
            if stream_notes(converter.parse(target, forceSource=True)) != wanted:
                faults.append("musescore3 gives back other notes")
    return faults


def main() -> int:
    """Run the sweep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pieces", type=int, default=648)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--export", action="store_true")
    parser.add_argument("--musescore", type=int, default=0)
    options = parser.parse_args()
    start = time.time()
    wanted = briefs(options.pieces)
    through = wanted[:: max(len(wanted) // max(options.musescore, 1), 1)][: options.musescore]
    if through and not shutil.which("musescore3"):
        parser.error("musescore3 is not on the path")
    with ProcessPoolExecutor(
        options.jobs, initializer=prepare, initargs=(options.export or bool(through), through)
    ) as pool:
        rows = list(pool.map(one, wanted, chunksize=4))
    failed = [row for row in rows if row["error"]]
    print(f"{len(rows)} pieces, {len(failed)} exceptions, {time.time() - start:.0f} s wall")
    for row in failed[:20]:
        print(f"  {row['brief']}: {row['error']}")
    good = [row for row in rows if not row["error"]]
    faulty = [row for row in good if row["found"]]
    print(f"{len(faulty)} pieces with E findings: {Counter(f[0] for row in good for f in row['found'])}")
    for row in faulty[:20]:
        print(f"  {row['brief']}: {row['found'][:3]}")
    broken = [(row["brief"], row["exported"]) for row in good if row["exported"]]
    if options.export or through:
        print(f"{len(good) - len(broken)} of {len(good)} pages valid and read again with the same notes "
              f"({len(through)} of them through musescore3)")
        for brief, faults in broken[:10]:
            print(f"  {brief}: {faults}")
    for style in ("song", "folk-song", "chorale", "dance"):
        chances: Counter[str] = Counter()
        for row in good:
            if row["style"] == style:
                chances.update(row["chances"])
        print(f"{style}: chances of each E rule: " + ", ".join(f"{k} {v}" for k, v in sorted(chances.items())))
    lifted = Counter(rule for row in good for rule in row["lifted"])
    print(f"lifted by moods: {dict(lifted)}")
    seconds = sorted(row["seconds"] for row in good)
    print(f"CPU s a piece: median {seconds[len(seconds) // 2]:.2f}, max {seconds[-1]:.2f}")
    return 1 if failed or faulty or broken else 0


if __name__ == "__main__":
    sys.exit(main())
