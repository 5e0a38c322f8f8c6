"""A page as SVG by verovio, in a process of its own: MusicXML on stdin, SVG on stdout, one line on stderr if it fails.

Verovio is native code, and some inputs end the process that runs it; nothing of ours is imported here, so that the
process starts quickly. All pages are stacked into one picture as wide as A4, the title on top, fonts embedded.
"""

from __future__ import annotations

import base64
import io
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PAGE_WIDTH, TITLE_HEIGHT, MOST_HEIGHT = 2100, 190, 60_000  # tenths of a millimetre
# Where systems break, and half the distance of two staff lines: smaller staves only where a system is squeezed, and
# breaks of verovio's own only where that is not enough.
LAYOUTS = (("encoded", 9.0), ("encoded", 8.0), ("encoded", 7.0), ("auto", 8.0))
SHOWN_WIDTH = 794  # A4 in the pixels of a screen
SEED = 1  # of the ids that verovio gives
SQUEEZED = "compressed"
_FONT = re.compile(r"base64,([A-Za-z0-9+/=]+)")


def main() -> int:
    """Engrave stdin to stdout. Returns the exit code."""
    try:
        svg = engrave(sys.stdin.buffer.read().decode("utf-8"))
    except Exception as error:  # whatever a library raises, the caller gets one line
        print(" ".join(f"{type(error).__name__}: {error}".split()), file=sys.stderr)
        return 1
    sys.stdout.buffer.write(svg.encode("utf-8"))
    return 0


def engrave(musicxml: str) -> str:
    """One SVG of the whole score: same input, same bytes.

    Raises:
        ValueError: verovio does not read the score.
    """
    pages: list[str] = []
    for breaks, unit in LAYOUTS:
        with _listening() as said:
            pages = _pages(musicxml, breaks, unit)
        if SQUEEZED not in said():
            break
    return _with_small_fonts(_stacked(pages, *_heading(musicxml)))


def _pages(musicxml: str, breaks: str, unit: float) -> list[str]:
    import verovio

    toolkit = verovio.toolkit()
    toolkit.setOptions({
        "xmlIdSeed": SEED, "breaks": breaks, "pageWidth": PAGE_WIDTH, "pageHeight": MOST_HEIGHT,
        "adjustPageHeight": True, "unit": unit, "header": "none", "footer": "none", "svgViewBox": True,
        "smuflTextFont": "embedded", "fontTextLiberation": True, "minLastJustification": 0.3, "pageMarginTop": 0,
    })
    if not toolkit.loadData(musicxml):
        raise ValueError("verovio does not read this score")
    return [toolkit.renderToSVG(page + 1) for page in range(toolkit.getPageCount())]


@contextmanager
def _listening() -> Iterator[Callable[[], str]]:
    """Verovio's warnings, which it writes to the process's stderr, as a function that gives them afterwards."""
    kept = os.dup(2)
    with tempfile.TemporaryFile() as heard:
        os.dup2(heard.fileno(), 2)
        text = ""
        try:
            yield lambda: text
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            heard.seek(0)
            text = heard.read().decode("utf-8", "replace")


def _heading(musicxml: str) -> tuple[str, str]:
    """Title and author, as they stand in the file."""
    title = re.search(r"<movement-title>([^<]*)</movement-title>", musicxml)
    author = re.search(r'<creator type="composer">([^<]*)</creator>', musicxml)
    return title.group(1) if title else "", author.group(1) if author else ""


def _stacked(pages: list[str], title: str, author: str) -> str:
    """The pages one below another on white, under the title (both texts already escaped)."""
    inside, top = [], TITLE_HEIGHT if title or author else 60
    for page in pages:
        found = re.search(r'viewBox="0 0 \d+ (\d+)"', page)
        height = int(found.group(1)) if found else MOST_HEIGHT
        place = f'<svg x="0" y="{top}" width="{PAGE_WIDTH}" height="{height}" '
        inside.append(page[page.index("<svg"):].replace("<svg ", place, 1))
        top += height
    size = min(64.0, 3200 / max(len(title), 1))
    words = (
        f'<text x="{PAGE_WIDTH // 2}" y="105" font-size="{size:.0f}" text-anchor="middle">{title}</text>'
        f'<text x="{PAGE_WIDTH - 50}" y="165" font-size="30" font-style="italic" text-anchor="end">{author}</text>'
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" '
        f'width="{SHOWN_WIDTH}" height="{top * SHOWN_WIDTH // PAGE_WIDTH}" viewBox="0 0 {PAGE_WIDTH} {top}">\n'
        f'<title>{title}</title>\n<rect width="{PAGE_WIDTH}" height="{top}" fill="white"/>\n'
        f'<g font-family="Liberation, Times, serif">{words}</g>\n' + "\n".join(inside) + "\n</svg>\n"
    )


def _with_small_fonts(svg: str) -> str:
    """The embedded fonts cut down to the letters and signs that the page uses."""
    letters = {ord(letter) for letter in re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)}
    letters |= {int(code, 16) for code in re.findall(r"&#x([0-9A-Fa-f]+);", svg)}
    return _FONT.sub(lambda found: "base64," + _cut(found.group(1), letters), svg)


def _cut(font: str, letters: set[int]) -> str:
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    whole = TTFont(io.BytesIO(base64.b64decode(font)), recalcTimestamp=False)
    options = subset.Options()
    options.drop_tables += ["FFTM"]  # dates of the font's making
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(whole)
    whole.flavor = "woff2"
    out = io.BytesIO()
    whole.save(out)
    return base64.b64encode(out.getvalue()).decode("ascii")


if __name__ == "__main__":
    sys.exit(main())
