"""The documents stand on their own: links lead somewhere inside the repository, and no machine's paths are named."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".venv", ".git", "var", "target", "logs", "dist", "__pycache__", ".hypothesis"}
TEXT_SUFFIXES = {".md", ".py", ".sql", ".yml", ".yaml", ".toml", ".json", ".sh", ".cfg", ".properties", ".xml", ""}

FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"`[^`\n]*`")
NAMED_TEST = re.compile(r"\[`(test_\w+)`\]\(([^()\s]+\.py)\)")
LINK = re.compile(r"\]\(([^()\s]+)\)|<img[^>]+src=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
ANCHOR = re.compile(r"<a (?:id|name)=\"([^\"]+)\"")
OUTSIDE = re.compile(r"\.\./shared\b|(?<![\w.])/(?:work|root|Users)/\w|(?<![\w.])/home/[a-z]+/")


def files_of_ours(*suffixes: str) -> list[Path]:
    """The repository's files with one of these suffixes; caches, state and the environment left out."""
    found: list[Path] = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.endswith(("_cache", ".egg-info"))]
        found += [Path(folder, name) for name in names if name not in NOT_OURS and Path(name).suffix in suffixes]
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def links_of(text: str) -> list[str]:
    """Targets of a page's links and pictures; what stands in code is no link."""
    prose = INLINE_CODE.sub("`", FENCE.sub("", text))
    return [link or picture for link, picture in LINK.findall(prose)]


@cache
def anchors_of(page: Path) -> frozenset[str]:
    """What `#…` can lead to in a page: its headings as GitHub spells them, and named anchors."""
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    return frozenset(slug(heading) for heading in HEADING.findall(prose)) | frozenset(ANCHOR.findall(prose))


def slug(heading: str) -> str:
    """`## Control, meetings & signals` → `control-meetings--signals`."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|<[^>]+>", r"\1", heading).lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def fault_of(page: Path, link: str) -> str | None:
    """What is wrong with a link, or None. Addresses outside the repository are not visited."""
    target, _, anchor = link.partition("#")
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return None
    found = (page.parent / target).resolve() if target else page
    if not found.is_relative_to(ROOT):
        return "leads out of the repository"
    if not found.exists():
        return "leads nowhere"
    if anchor and found.suffix == ".md" and anchor not in anchors_of(found):
        return "names an anchor that is not there"
    return None


@pytest.mark.parametrize("page", files_of_ours(".md"), ids=lambda page: str(page.relative_to(ROOT)))
def test_docs_link_in_a_page_resolves(page: Path) -> None:
    links = links_of(page.read_text(encoding="utf-8"))
    faults = [f"{link} {fault}" for link in links if (fault := fault_of(page, link))]
    assert not faults, f"{page.relative_to(ROOT)}: {'; '.join(faults)}"


@pytest.mark.parametrize("page", files_of_ours(".md"), ids=lambda page: str(page.relative_to(ROOT)))
def test_docs_test_that_a_page_names_exists(page: Path) -> None:
    named = NAMED_TEST.findall(page.read_text(encoding="utf-8"))
    absent = [
        name
        for name, link in named
        if f"def {name}(" not in (page.parent / link).read_text(encoding="utf-8")  # a broken link fails above
    ]
    assert not absent, f"{page.relative_to(ROOT)} names tests that are not there: {', '.join(absent)}"


def test_docs_path_of_a_machine_is_not_named() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files_of_ours(*TEXT_SUFFIXES)
        if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), 1)
        if OUTSIDE.search(line)
    ]
    assert not found, f"paths that exist on one machine only: {', '.join(found[:20])}"


def test_docs_broken_link_is_found() -> None:
    page = ROOT / "docs" / "domain.md"
    assert fault_of(page, "no-such-page.md") == "leads nowhere"
    assert fault_of(page, "../../elsewhere.md") == "leads out of the repository"
    assert fault_of(page, "definitions.md#no-such-measure") == "names an anchor that is not there"
    assert links_of("see [a](b.md), `[c](d.md)`\n```\n[e](f.md)\n```\n") == ["b.md"]
    assert OUTSIDE.search("see ../shared/DESIGN.md")
