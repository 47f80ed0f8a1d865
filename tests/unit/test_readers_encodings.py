"""A line of UTF-8 in a GB18030 file is refused also where its bytes are GB18030 as well."""

from __future__ import annotations

import codecs
import io

import pytest

from ingestion.errors import UsageError
from ingestion.readers import text


def test_pasted_line_that_both_encodings_read_is_refused_and_its_neighbours_kept() -> None:
    pasted = "二手车来店".encode() + b"a"  # 16 bytes: eight characters of GB18030
    assert pasted.decode("gb18030")
    block = b"\r\n".join(["陈先生".encode("gb18030"), pasted, b"plain", "马".encode("gb18030"), b""])
    assert list(text.lines(io.BytesIO(block), "gb18030")) == ["陈先生\r\n", text.BAD, "plain\r\n", "马\r\n"]


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_file_named_utf_16_or_32_is_read_in_the_byte_order_of_its_mark(mark: bytes, codec: str) -> None:
    file = io.BytesIO(mark + "编号,城市\nA1,杭州\n".encode(codec))

    found = text.codec_of(file, codec[:6].upper())

    assert (found, list(text.lines(file, found))) == (codec, ["编号,城市\n", "A1,杭州\n"])


def test_file_named_utf_16_without_a_mark_is_little_endian() -> None:
    assert text.codec_of(io.BytesIO("编号".encode("utf-16-le")), "utf-16") == "utf-16-le"


@pytest.mark.parametrize("name", ["undefined", "punycode", "idna", "unicode_escape", "raw-unicode-escape", "hex"])
def test_codec_that_is_no_encoding_of_text_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is no text encoding: give utf-8, gb18030 or utf-16"):
        text.codec_of(io.BytesIO(b"a"), name)
