"""Free text: what people type in ten ways is masked, what only looks like it is not."""

from __future__ import annotations

import pytest

from ingestion.personal.masking import mask_identifier, mask_text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13800138000，周末", "电话[phone]，周末"),
        ("13800138000.", "[phone]."),
        ("tel.138-0013-8000", "tel.[phone]"),
        ("138 0013 8000", "[phone]"),
        ("1 3 8 0 0 1 3 8 0 0 0", "[phone]"),
        ("+86 13800138000", "[phone]"),
        ("0086-138-0013-8000", "[phone]"),
        ("8613800138000", "[phone]"),
        ("１３８００１３８０００", "[phone]"),
        ("①③⑧00138000", "[phone]"),
        ("٠١٣٨٠٠١٣٨٠٠٠", "[phone]"),
        ("一三八零零一三八零零零", "[phone]"),
        ("幺三八〇〇幺三八〇〇〇呢", "[phone]呢"),
        ("138****8000", "[phone]"),
        ("138××××8000", "[phone]"),
        ("13800138000.0", "[phone].0"),
        ("8613800138000.00 已加微信", "[phone].00 已加微信"),
        ("138,0013,8000", "[phone]"),
        ("请打138，0013，8000，谢谢", "请打[phone]，谢谢"),
        ("13,800,138,000", "[phone]"),
        ("136xxxx1234", "[phone]"),
        ("1380013\u200b8000", "[phone]"),
        ("\u202d138\u200e0013\u200f8000\u202c", "\u202d[phone]\u202c"),
        ("138\u00ad0013\ufeff8000", "[phone]"),
        ("138 - 0013 - 8000", "[phone]"),
        ("138—0013—8000", "[phone]"),
        ("138・0013‧8000", "[phone]"),
        ("1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣", "[phone]️⃣"),
        ("❶❸❽00138000", "[phone]"),
        ("𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎", "[phone]"),
        ("壹參捌零零壹參捌零零零", "[phone]"),
        ("138••••8000", "[phone]"),
        ("1.3912345678E10", "[phone]"),
        ("tel:%2B86%20138%200013%208000&x=1", "tel:[phone]&x=1"),
        ("折扣100%13800138000", "折扣100%[phone]"),
        ("<p>138&nbsp;0013&nbsp;8000</p>", "<p>[phone]</p>"),
        ("&#49;&#51;&#56;00138000", "[phone]"),
        ("\\\\u4e00三八零零一三八零零零 a\\u0031", "[phone] a\\u0031"),
        ("0571-88886666", "[phone]"),
        ("(0571) 8888 6666", "[phone]"),
        ("身份证110101199003074514", "身份证[id]"),
        ("11010119900307451４", "[id]"),
        ("110101 19900307 4514", "[id]"),
        ("110101\u00a019900307.4514", "[id]"),
        ("110101  19900307  4514", "[id]"),
        ("138 0013 8000 110101199003070038", "[phone] [id]"),
        ("123456789012345678 110101199003074514", "123456789012345678 [id]"),
        ("粤B12345", "[plate]"),
        ("粤AD12345 绿牌", "[plate] 绿牌"),
        ("沪A·9X8Y7", "[plate]"),
        ("京Ａ１２３４５", "[plate]"),
        ("京A\u00a0·12345", "[plate]"),
        ("京A•12345 京A●12345", "[plate] [plate]"),
        ("沪A0023领，粤Z1234港", "[plate]，[plate]"),
        ("https://x.cn/?car=%E4%BA%ACA12345", "https://x.cn/?car=[plate]"),
        ("13800138000/13900139000", "[phone]/[phone]"),
    ],
)
def test_mask_text_with_a_personal_pattern_masks_it(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "客户想试驾，周末来店",
        "0.13888888888888889",
        "0.13800138000",
        "13800138000.5",
        "1730000000.5",
        "1730000000.0",
        "1730000000000.0",
        "113.944123,22.538212",
        "13,800,138,000.50",
        "150,1200,1800,2100",
        "90,150,1200,1800",
        "[150,1200,1800]",
        "1730000000000",
        "订单 2026100113800138000",
        "110101199003074513",
        "浙江A店12345",
        "400-820-8820",
        "2026-10-01 13:00",
        "2026年十一月二十三日",
        "192.168.10.205",
        "100%20满意&nbsp;100%",
        "1.38E+10",
        "车价 138,000 元",
    ],
)
def test_mask_text_without_one_returns_the_same_object(text: str) -> None:
    assert mask_text(text) is text


def test_mask_identifier_with_a_phone_keeps_different_ids_apart() -> None:
    one, other = (
        mask_identifier(f"lead-{phone}", lambda text: f"<{text}>") for phone in ("13800138000", "13900139000")
    )
    assert one != other
    assert one == mask_identifier("lead-138-0013-8000", lambda text: f"<{text}>")


def test_mask_identifier_of_a_keyed_hash_leaves_it() -> None:
    assert mask_identifier("L1~a13800138000bcde", lambda _: "!") == "L1~a13800138000bcde"
