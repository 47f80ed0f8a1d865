"""A line of UTF-8 in a GB18030 file is refused also where its bytes are GB18030 as well."""

from __future__ import annotations

import io

from ingestion.readers import text


def test_pasted_line_that_both_encodings_read_is_refused_and_its_neighbours_kept() -> None:
    pasted = "二手车来店".encode() + b"a"  # 16 bytes: eight characters of GB18030
    assert pasted.decode("gb18030")
    block = b"\r\n".join(["陈先生".encode("gb18030"), pasted, b"plain", "马".encode("gb18030"), b""])
    assert list(text.lines(io.BytesIO(block), "gb18030")) == ["陈先生\r\n", text.BAD, "plain\r\n", "马\r\n"]
