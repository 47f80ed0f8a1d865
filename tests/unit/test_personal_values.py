"""Numbers and names: one normal form, and the class that models cannot recompute."""

from __future__ import annotations

import pytest

from ingestion.personal.names import person_name
from ingestion.personal.phones import number
from ingestion.personal.secrets import new_secrets
from ingestion.personal.tokens import Tokens


@pytest.mark.parametrize(
    "written",
    ["13800138000", "+8613800138000", "0086 138 0013 8000", "86-13800138000", "１３８００１３８０００", "013800138000",
     "138-0013-8000", "(138) 0013 8000", "\u202d13800138000\u202c", "٠13800138000",
     "13800138000.0", "8613800138000.00", "138,0013,8000", "138，0013，8000", "13,800,138,000", "'13800138000",
     "13800138000/13900139000", "13800138000、13900139000", "138 0013 8000 (微信同号)", "张先生13800138000",
     "13800138000家13900139000", "13800138000#"],
)  # fmt: skip
def test_number_however_written_has_one_normal_form(written: str) -> None:
    found = number(written)
    assert found is not None
    assert (found.normal, found.class_, found.ends) == ("+8613800138000", "mobile", "1388000")


@pytest.mark.parametrize(
    ("written", "class_"),
    [
        ("138****8000", "masked"),
        ("134xxxx1234", "masked"),
        ("138********", "masked"),
        ("4008208820", "service"),
        ("800-810-8888", "service"),
        ("4008208820.0", "service"),
        ("95588", "service"),
        ("0571-88886666", "landline"),
        ("010-88886666转801", "landline"),
        ("010-88886666,801", "landline"),
        ("18412345678转1234", "virtual"),
        ("138 0013 8000, 1234", "virtual"),
        ("+852 2123 4567", "landline"),
        ("+852 9123 4567", "mobile"),
        ("12345678901", "invalid"),
        ("138OO138000", "invalid"),
        ("1.38E+10", "invalid"),
        ("138001380001", "invalid"),
        ("q8Zx/3fK==", "invalid"),
    ],
)
def test_number_has_the_class_of_what_it_is(written: str, class_: str) -> None:
    found = number(written)
    assert found is not None
    assert found.class_ == class_


@pytest.mark.parametrize("written", ["", "  ", "\u3000", "--", "0", "无", "暂无", "null", "N/A"])
def test_number_of_nothing_is_none(written: str) -> None:
    assert number(written) is None


def test_number_masked_joins_the_full_one_by_its_ends() -> None:
    full, masked = number("13812348000"), number("138****8000")
    assert full is not None
    assert masked is not None
    assert full.ends == masked.ends
    assert masked.normal is None


@pytest.mark.parametrize(
    ("written", "normal", "form", "is_test"),
    [
        ("王小明", "王小明", "full", False),
        ("王 小 明", "王小明", "full", False),
        ("欧阳娜娜", "欧阳娜娜", "full", False),
        ("阿卜杜拉·买买提", "阿卜杜拉·买买提", "full", False),
        ("王先生", "王", "title", False),
        ("王 女士", "王", "title", False),
        ("王小明先生", "王小明", "full", False),
        ("李总", "李", "title", False),
        ("先生", "先生", "other", False),
        ("王", "王", "surname", False),
        ("小王", "小王", "nickname", False),
        ("Wang Xiaoming", "wang xiaoming", "latin", False),
        ("Ｗａｎｇ", "wang", "latin", False),
        ("微信用户123", "微信用户123", "other", False),
        ("测试", "测试", "nickname", True),
        ("test01", "test01", "other", True),
        ("TEST", "test", "latin", True),
        ("王测试勿联系", "王测试勿联系", "nickname", True),
        ("预览", "预览", "nickname", True),
        ("Testa Rossa", "testa rossa", "latin", False),
        ("\U00020bb7野", "\U00020bb7野", "nickname", False),
    ],
)
def test_name_has_a_normal_form_and_says_what_was_written(written: str, normal: str, form: str, is_test: bool) -> None:
    found = person_name(written)
    assert found is not None
    assert (found.normal, found.form, found.is_test) == (normal, form, is_test)


def test_tokens_of_one_text_differ_by_kind_and_tenant() -> None:
    tokens, others = Tokens(new_secrets()), Tokens(new_secrets())
    made = {tokens.token(kind, "13800138000") for kind in ("phone", "ends", "name", "account", "device")}
    assert len(made) == 5
    assert all(token.startswith("1.") and len(token) == 24 for token in made)
    assert tokens.token("phone", "a") != others.token("phone", "a")


def test_tokens_by_kind_give_what_models_need() -> None:
    tokens = Tokens(new_secrets())
    assert set(tokens.by_kind["phone"]("13800138000") or {}) == {"token", "class", "masked"}
    assert set(tokens.by_kind["phone"]("138****8000") or {}) == {"class", "masked"}
    assert set(tokens.by_kind["phone"]("0571-88886666") or {}) == {"class", "token"}
    virtual = tokens.by_kind["virtual_phone"]("13800138000") or {}
    assert virtual == {"class": "virtual", "token": (tokens.by_kind["phone"]("13800138000") or {})["token"]}
    assert set(tokens.by_kind["name"]("王") or {}) == {"token", "form", "is_test"}
    assert set(tokens.by_kind["account"]("u1") or {}) == {"token"}
    assert tokens.by_kind["account"]("Li.Na@Dealer.cn") == tokens.by_kind["account"]("li.na@dealer.cn")
    assert tokens.by_kind["account"]("ZhangSan") == tokens.by_kind["account"]("zhangsan")
    assert tokens.by_kind["device"]("5C:1A") == tokens.by_kind["device"]("5c:1a")
    assert tokens.by_kind["dropped"]("110101199003074514") is None
    assert [tokens.by_kind[kind](" ") for kind in ("phone", "name", "account", "device")] == [None] * 4


def test_tokens_take_new_hands_each_original_over_once() -> None:
    tokens = Tokens(new_secrets())
    for _ in range(3):
        tokens.by_kind["phone"]("13800138000")
    assert [(kind, original) for _, kind, original in tokens.take_new()] == [("phone", "13800138000")]
    tokens.by_kind["phone"]("13800138000")
    assert tokens.take_new() == []


@pytest.mark.parametrize("written", ["13900139000/13800138000", "13900139000 王太太", "+86 139-0013-9000"])
def test_tokens_hand_over_a_number_without_what_stands_beside_it(written: str) -> None:
    tokens = Tokens(new_secrets())
    made = tokens.by_kind["phone"](written) or {}
    assert tokens.take_new() == [(made["token"], "phone", "13900139000")]
    assert tokens.of("phone", "13900139000") == made
