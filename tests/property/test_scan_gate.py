"""What the scan would find in a text also passes its gate, however the number is written."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from expectations.privacy.patterns import GATE, _patterns

_FORMS = [
    "0123456789",
    "０１２３４５６７８９",
    "⓪①②③④⑤⑥⑦⑧⑨",
    "零一二三四五六七八九",
    "〇幺两叁肆伍陆柒捌玖",
    "٠١٢٣٤٥٦٧٨٩",
]
_GAPS = ["", "", "", " ", "-", ".", "·", ")", " (", "\u200b", ",", "，"]
_PREFIXES = ["", "0", "+86", "0086 ", "86-", "tel", "T000", "：", "7"]
_IDS = ["110101199003074514", "44030519881212003X"]


@st.composite
def _written(draw: st.DrawFn) -> str:
    """A number of eleven digits, or an id, in any mixture of forms and gaps, with anything around it."""
    digits = draw(st.one_of(st.from_regex("1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(_IDS)))
    if len(digits) == 11 and draw(st.booleans()):
        star = draw(st.sampled_from("*xX×＊"))
        digits = f"{digits[:3]}{star * draw(st.integers(3, 5))}{digits[7:]}"
    forms = draw(st.sampled_from([_FORMS, _FORMS[:1]]))
    gaps = draw(st.sampled_from([_GAPS, [""]]))
    text = "".join(
        (draw(st.sampled_from(forms))[int(one)] if one.isdecimal() else one) + draw(st.sampled_from(gaps))
        for one in digits
    )
    return f"{draw(st.sampled_from(_PREFIXES))}{text}{draw(st.sampled_from(['', '.0', ' ok', '-c', '呢']))}"


@given(_written())
@example("0138-0013-8000")
@example("110101 19900307 451X")
@settings(max_examples=400, deadline=None)
def test_gate_lets_every_text_with_a_number_through(text: str) -> None:
    assert re.search(GATE, text) or not list(_patterns(text))
