"""Broken links are found, good ones and those in code or to other places are left alone."""

from pathlib import Path

import pytest

from docs import check_links

TEXT = """# The page
[here](#the-page) [file](other.md) [part](other.md#second-part--more) [web](https://example.org/x)
![picture](gone.png) [lost](other.md#nowhere) [out](../../etc) <img src="images/gone.svg">
`[code](nothing.md)`

```
[fenced](nothing.md)
```
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    (root / "other.md").write_text("## Second part & more!\n", "utf-8")
    (root / "page.md").write_text(TEXT, "utf-8")
    return root / "page.md"


def test_what_leads_nowhere_is_found(page: Path) -> None:
    assert check_links.broken(page, page.parent) == ["gone.png", "other.md#nowhere", "../../etc", "images/gone.svg"]


def test_anchors_are_named_as_github_names_them() -> None:
    assert check_links.anchors("# Do not use it for\n## Art. 50: “say so”\n") == {"do-not-use-it-for", "art-50-say-so"}


def test_every_link_of_this_repository_leads_somewhere() -> None:
    found = {str(file.relative_to(check_links.ROOT)): check_links.broken(file) for file in check_links.documents()}
    assert {file: links for file, links in found.items() if links} == {}
