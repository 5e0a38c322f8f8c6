"""Compressed MusicXML: a zip whose members have fixed dates, order and packing, so that the bytes stay the same."""

from __future__ import annotations

import io
import zipfile

from composer.files import musicxml
from composer.score.score import Score

ROOT_NAME = "score.musicxml"
CONTAINER = f"""<?xml version="1.0" encoding="UTF-8"?>
<container>
  <rootfiles>
    <rootfile full-path="{ROOT_NAME}" media-type="application/vnd.recordare.musicxml+xml"/>
  </rootfiles>
</container>
"""
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
_UNIX, _READABLE = 3, 0o644 << 16


def to_bytes(score: Score) -> bytes:
    """The score as an .mxl file: same score, same bytes."""
    return packed(musicxml.to_bytes(score))


def packed(document: bytes) -> bytes:
    """A MusicXML document as an .mxl file: same document, same bytes."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in (("META-INF/container.xml", CONTAINER.encode()), (ROOT_NAME, document)):
            member = zipfile.ZipInfo(name, _FIRST_DATE)
            member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, _UNIX, _READABLE
            archive.writestr(member, data, compresslevel=9)
    return whole.getvalue()
