"""What holds for every value: nothing readable leaves the door, and the same person has the same token."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingestion.personal.masking import _KEYED_HEX, _masked, is_code, mask_identifier, mask_text
from ingestion.personal.names import person_name
from ingestion.personal.phones import number
from ingestion.personal.rewrite import compiled, mask_deep
from ingestion.personal.secrets import new_secrets
from ingestion.personal.tokens import Tokens
from ingestion.sources import sources

SECRETS = new_secrets()
mobiles = st.from_regex(r"1(3[0-9]|5[0-35-9]|8[0-9])[0-9]{8}", fullmatch=True)
words = st.text(
    st.characters(exclude_categories=["Cs", "Nd", "No", "Nl"], exclude_characters="+.*xX"), max_size=12
).filter(lambda text: mask_text(text) == text)
gaps = st.sampled_from(["", " ", "-", "·", ".", "　", "－", "\u200b"])
digits_as = st.sampled_from(["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "零一二三四五六七八九"])


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str]:
    phone = draw(mobiles)
    alphabet = draw(digits_as)
    gap = draw(gaps)
    shown = [alphabet[int(digit)] for digit in phone]
    text = "".join(shown[:3]) + gap + "".join(shown[3:7]) + gap + "".join(shown[7:])
    return phone, draw(st.sampled_from(["", "+86 ", "0086", "86-"])) + text


@given(written(), words, words)
def test_mask_text_with_a_phone_anywhere_leaves_none(phone: tuple[str, str], before: str, after: str) -> None:
    masked = mask_text(f"{before} {phone[1]} {after}")
    assert phone[1] not in masked
    assert "[phone]" in masked


@given(st.text())
def test_mask_text_is_idempotent(text: str) -> None:
    assert mask_text(mask_text(text)) == mask_text(text)


@given(st.text())
def test_mask_identifier_is_idempotent(text: str) -> None:
    once = mask_identifier(text, SECRETS.keyed_hex)
    assert mask_identifier(once, SECRETS.keyed_hex) == once


pieces = st.sampled_from(
    ["138", "0013", "8000", "13800138000", "0571", "8600", "86", "0086", "+", "11010519491231002X"]
)
longer = st.sampled_from(["1790585436", "1790585436000", "7300000001552092247", "1", "^", ":"])
codes = st.lists(st.one_of(pieces, longer, st.text("0123456789-. :xX*(a~京A", max_size=6)), max_size=6).map("".join)


@given(codes)
@example("S001:7300000000388008730:2026-09-29 19:36:00")
@example("a11010519491231002X")
@example("req-7300000001552092247-0-1784161857")
@settings(max_examples=1000)
def test_mask_identifier_at_a_glance_passes_only_what_a_search_would(text: str) -> None:
    if is_code(text):
        assert _masked(text, lambda kind, _: kind, _KEYED_HEX.sub("~" * 16, text)) == text


@given(written())
def test_number_has_one_token_however_written(phone: tuple[str, str]) -> None:
    found = number(phone[1].translate(str.maketrans("零一二三四五六七八九", "0123456789")))
    assert found is not None
    assert found.normal == f"+86{phone[0]}"


@given(st.text())
def test_number_and_name_of_any_text_do_not_fail(text: str) -> None:
    number(text)
    person_name(text)


@given(st.text(min_size=1))
def test_name_normal_form_is_stable(text: str) -> None:
    found = person_name(text)
    if found is not None and found.form == "full":
        again = person_name(found.normal)
        assert again is not None
        assert again.normal == found.normal


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=8) | mobiles | mobiles.map(int),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | mobiles, inner, max_size=3),
    max_leaves=8,
)


@given(json_values, mobiles)
def test_mask_deep_of_any_json_leaves_no_planted_mobile(value: Any, phone: str) -> None:
    planted = json.dumps(mask_deep([value, {"x": [phone, int(phone), {phone: phone}]}]), ensure_ascii=False)
    assert phone not in planted


@given(st.dictionaries(st.text(max_size=6), json_values, max_size=4), mobiles)
def test_rewrite_of_unknown_fields_leaves_no_planted_mobile(unknown: dict[str, Any], phone: str) -> None:
    contract = sources()["autohome.lead"].contract
    known = {"lead_id": "1", "dealer_id": "2", "submitted_at": "x", "customer_phone": phone, "remark": f"打{phone}"}
    data = {**unknown, "more": phone, **known}
    for name in ("customer_name", "series_id", "series_name", "lead_type", "city", "status", "updated_at"):
        data.pop(name, None)
    compiled(contract, Tokens(SECRETS))(data)
    assert phone not in json.dumps(data, ensure_ascii=False)
