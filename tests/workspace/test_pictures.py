"""A picture keeps what shows, and loses what tells of its maker."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.workspace.pictures import BrokenPictureError, without_traces
from tests.cli.drawing import exif, jpeg_segment, png_chunk, webp, webp_chunk

PLACE = b"52.5200 N 13.4050 E"
PNG, JPEG, WEBP = "image/png", "image/jpeg", "image/webp"
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
START, END = b"\xff\xd8", b"\xff\xd9"
SCAN = jpeg_segment(0xDA, b"how") + b"light\xff\x00and\xff\xd0dark\xff\xff"

png_traces = st.sampled_from([b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME", b"caBX", b"prVt"]).map(
    lambda kind: png_chunk(kind, PLACE)
)
png_picture = st.tuples(st.sampled_from([b"IHDR", b"PLTE", b"IDAT", b"gAMA", b"iCCP", b"tRNS"]), st.binary()).map(
    lambda part: png_chunk(*part)
)
jpeg_traces = st.one_of(
    st.sampled_from([0xE1, 0xE2, 0xE3, 0xED, 0xEF, 0xFE]).map(lambda kind: jpeg_segment(kind, b"MPF\0" + PLACE)),
    st.just(jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE)),
    st.booleans().map(lambda little: jpeg_segment(0xE1, exif(1, little=little))),
)
jpeg_picture = st.one_of(
    st.tuples(st.sampled_from([0xC0, 0xC4, 0xDB, 0xDD]), st.binary(max_size=300)).map(lambda part: jpeg_segment(*part)),
    st.sampled_from([(0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe\0")]).map(
        lambda part: jpeg_segment(*part)
    ),
    st.just(SCAN),
)
webp_traces = st.sampled_from([b"EXIF", b"XMP ", b"junk"]).map(lambda kind: webp_chunk(kind, PLACE))
webp_picture = st.tuples(st.sampled_from([b"VP8 ", b"VP8L", b"ICCP", b"ANMF"]), st.binary()).map(
    lambda part: webp_chunk(*part)
)


@given(st.lists(png_picture | png_traces), st.binary())
def test_a_png_keeps_its_picture_alone(parts: list[bytes], behind: bytes) -> None:
    kept = [part for part in parts if PLACE not in part]
    cleaned = without_traces(PNG_MAGIC + b"".join(parts) + png_chunk(b"IEND") + behind, PNG)
    assert cleaned == PNG_MAGIC + b"".join(kept) + png_chunk(b"IEND")


@given(st.lists(jpeg_picture | jpeg_traces), st.binary())
def test_a_jpeg_keeps_its_picture_alone(parts: list[bytes], behind: bytes) -> None:
    kept = [part for part in parts if PLACE not in part]
    cleaned = without_traces(START + b"".join(parts) + END + behind, JPEG)
    # What fills up between two parts may go with them.
    assert cleaned.replace(b"\xff\xff", b"\xff") == (START + b"".join(kept) + END).replace(b"\xff\xff", b"\xff")


@given(st.lists(webp_picture | webp_traces), st.binary())
def test_a_webp_keeps_its_picture_alone(parts: list[bytes], behind: bytes) -> None:
    kept = [part for part in parts if PLACE not in part]
    assert without_traces(webp(*parts) + behind, WEBP) == webp(*kept)


def test_a_webp_no_longer_says_that_it_has_traces() -> None:
    cleaned = without_traces(webp(webp_chunk(b"VP8X", b"\x3c" + bytes(9)), webp_chunk(b"EXIF", PLACE)), WEBP)
    assert cleaned == webp(webp_chunk(b"VP8X", b"\x30" + bytes(9)))


@given(st.integers(2, 8), st.booleans(), st.integers(0, 9))
def test_a_jpeg_keeps_which_side_is_up(side: int, little: bool, before: int) -> None:
    taken = START + jpeg_segment(0xE1, exif(side, little=little, before=before)) + SCAN + END
    cleaned = without_traces(taken, JPEG)
    assert cleaned == START + jpeg_segment(0xE1, exif(side, little=False).removesuffix(PLACE)) + SCAN + END


@given(st.sampled_from([PNG, JPEG, WEBP]), st.binary() | st.binary().map(lambda tail: START + b"\xff\xe1" + tail))
def test_whatever_the_bytes_are_it_ends_and_finds_nothing_more_the_second_time(kind: str, data: bytes) -> None:
    try:
        cleaned = without_traces(data, kind)
    except BrokenPictureError:
        return
    assert without_traces(cleaned, kind) == cleaned


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG_MAGIC + png_chunk(b"IDAT", b"light")[:-1], PNG),
        (PNG_MAGIC + png_chunk(b"IDAT", b"light"), PNG),
        (START + jpeg_segment(0xE1, PLACE)[:-1], JPEG),
        (START + PLACE, JPEG),
        (webp(webp_chunk(b"EXIF", PLACE))[:-2], WEBP),
    ],
)
def test_a_picture_whose_parts_do_not_fit_is_refused(data: bytes, kind: str) -> None:
    with pytest.raises(BrokenPictureError):
        without_traces(data, kind)
