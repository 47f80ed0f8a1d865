"""Names: one normal form before the token, and what models need to know of a name they cannot read.

王先生, 王 先生 and 王女士 are not one person's full name; the form says what was written. Forms and the
list of test names are assumed (docs/domain.md, Traps: test names are excluded from every rate).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

NameForm = Literal["full", "surname", "title", "nickname", "latin", "other"]
"""title: a surname with a form of address (王先生) · nickname: hanzi that are no surname and given name (小王)
· other: no name of a person (微信用户123, 先生)."""

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛"
    "邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝"
    "路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿"
    "桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
_COMPOUND = frozenset(
    {
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "司徒",
        "令狐",
        "夏侯",
        "长孙",
        "宇文",
        "端木",
        "百里",
        "南宫",
        "独孤",
    }
)
_TITLE = re.compile(r"(?:先生|女士|小姐|太太|老师|经理|总经理|老板|董事长|师傅|医生|律师|同志|总)$")
_TEST = re.compile(r"测试|預覽|预览|勿联系|勿打|勿拨|请勿|演示|体验号|(?<![a-z])test(?:er|ing)?(?![a-z])|^demo\d*$")
_HANZI = re.compile(r"[一-鿿㐀-䶿\U00020000-\U0003ffff〇·]+")
_LATIN = re.compile(r"[a-z][a-z .'\-]*")


@dataclass(frozen=True)
class PersonName:
    """`normal` is what the token is made of."""

    normal: str
    form: NameForm
    is_test: bool


def person_name(text: str) -> PersonName | None:
    """`text` as a name; None when nothing is written there."""
    plain = unicodedata.normalize("NFKC", text).replace("•", "·").replace("・", "·").casefold()
    plain = " ".join("".join(char for char in plain if unicodedata.category(char) != "Cf").split())
    if not plain:
        return None
    is_test = bool(_TEST.search(plain))
    if _LATIN.fullmatch(plain):
        return PersonName(plain, "latin", is_test)
    plain = plain.replace(" ", "")
    bare = _TITLE.sub("", plain)
    if not bare:
        return PersonName(plain, "other", is_test)
    if bare != plain and (bare in _SURNAMES or bare in _COMPOUND):
        return PersonName(bare, "title", is_test)
    return PersonName(bare, _form(bare), is_test)


def _form(plain: str) -> NameForm:
    if not _HANZI.fullmatch(plain):
        return "other"
    if plain in _SURNAMES or plain in _COMPOUND:
        return "surname"
    if "·" in plain.strip("·"):
        return "full"
    starts_like_one = plain[0] in _SURNAMES and len(plain) in (2, 3)
    return "full" if starts_like_one or (plain[:2] in _COMPOUND and len(plain) in (3, 4)) else "nickname"
