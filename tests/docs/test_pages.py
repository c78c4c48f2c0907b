"""What tells commands from the rest of a page, and good links from bad ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from .pages import Block, blocks_of
from .test_links import leads_somewhere

PAGE = """\
# A page

    photochanger serve

<!-- not run: needs a booth -->
```sh
photochanger send photo.jpg
```

A comment counts for the block that follows at once:

```sh
echo done
```

<!-- prints -->
```text
done
```

    15 4 * * *  cd /srv && photochanger cleanup

and what is none:

    {"no": "command"}

```json
{"photochanger serve": 1}
```
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    written = tmp_path / "page.md"
    written.write_text(PAGE)
    return written


def test_whatever_looks_like_commands_is_run_unless_a_comment_says_why_not(page: Path) -> None:
    assert blocks_of(page) == [
        Block(line=3, text="photochanger serve\n"),
        Block(line=6, text="photochanger send photo.jpg\n", why_not="needs a booth"),
        Block(line=12, text="echo done\n", prints="done\n"),
        Block(line=21, text="15 4 * * *  cd /srv && photochanger cleanup\n"),
    ]


def test_a_language_that_nobody_knows_is_refused(page: Path) -> None:
    page.write_text("```bash\necho done\n```\n")
    with pytest.raises(AssertionError, match=r"page.md:1: `bash`"):
        blocks_of(page)


@pytest.mark.parametrize(
    "link, does",
    [
        ("page.md", True),
        ("#a-page", True),
        ("page.md#a-page", True),
        ("page.md#another", False),
        ("other.md", False),
        ("https://example.org/somewhere", True),
        ("https://example", False),
        ("http://example.org", False),
    ],
)
def test_links_are_told_from_those_that_lead_nowhere(page: Path, link: str, *, does: bool) -> None:
    assert leads_somewhere(page, link) is does
