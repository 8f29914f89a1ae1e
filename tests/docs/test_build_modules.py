"""The list of modules says what each module says of itself."""

from pathlib import Path

import pytest

from docs import build_modules

PAGE = f"# Parts\n{build_modules.BEGIN}\nold\n{build_modules.END}\nmore\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "settings.py").write_text('"""One object (Doe et al. 2020, see\nthere). Read once."""\n')
    (tmp_path / "rag").mkdir()
    (tmp_path / "rag" / "__init__.py").write_text('"""From reviews to answers."""\n')
    (tmp_path / "rag" / "search.py").write_text('"""Finds reviews.\n\nBy meaning."""\n')
    return tmp_path


def test_every_module_stands_with_its_first_sentence(repository: Path) -> None:
    assert build_modules.listing(repository, ("rag",)).splitlines() == [
        "**At the root**",
        "",
        "- [settings.py](../settings.py): One object (Doe et al. 2020, see there)",
        "",
        "**`rag/`** From reviews to answers",
        "",
        "- [rag/search.py](../rag/search.py): Finds reviews",
    ]


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    page = build_modules.with_listing(PAGE, "new")
    assert page == PAGE.replace("old", "new")
    with pytest.raises(ValueError, match="substring not found"):
        build_modules.with_listing("# No marks", "new")


def test_check_says_whether_the_page_is_up_to_date(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = repository / "architecture.md"
    page.write_text(PAGE)
    monkeypatch.setattr(build_modules, "PAGE", page)
    assert build_modules.main(["--check"]) == 1
    assert "python -m docs.build_modules" in capsys.readouterr().out
    assert build_modules.main([]) == 0
    assert "- [chat/converse.py](../chat/converse.py): One turn of a conversation" in page.read_text()
    assert build_modules.main(["--check"]) == 0
