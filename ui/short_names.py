"""Names of products and categories cut to fit a button, so that they can still be told apart."""

from collections.abc import Mapping, Sequence

_HEAD_SHARE = 0.4
"""Share of a cut name that its beginning keeps, where names differ further on."""


def shortened(name: str, longest: int) -> str:
    """Return a name that fits a button, its end cut off if need be.

    >>> shortened("a very long name", 10)
    'a very lo…'
    """
    return name if len(name) <= longest else name[: longest - 1].rstrip() + "…"


def short_names(names: Sequence[str], longest: int) -> Mapping[str, str]:
    """Return name -> the name cut to `longest` characters; names that would look the same show where they differ.

    >>> list(short_names(["Fire Tablet, 8 GB, red", "Fire Tablet, 8 GB, blue", "Kettle"], 16).values())
    ['Fire T… red', 'Fire T… blue', 'Kettle']
    """
    found = {name: shortened(name, longest) for name in names}
    for _ in found:
        alike: dict[str, list[str]] = {}
        for name, cut in found.items():
            alike.setdefault(cut, []).append(name)
        groups = [group for group in alike.values() if len(group) > 1]
        if not groups:
            break
        for group in groups:
            beginning = _beginning(min(group), max(group))
            start = max(beginning.rfind(sign) for sign in " ,/") + 1
            found.update((name, _from(name, start, longest)) for name in group)
    return found


def _beginning(first: str, last: str) -> str:
    """Return what both begin with; all names between them in alphabetical order do, too."""
    same = 0
    while same < len(first) and first[same] == last[same]:
        same += 1
    return first[:same]


def _from(name: str, start: int, longest: int) -> str:
    """Return the beginning of a name and what stands from `start` on."""
    head = name[: int(longest * _HEAD_SHARE)].rstrip(" ,")
    rest = name[start:].lstrip()
    if not rest or start <= len(head):
        return shortened(name, longest)
    return f"{head}… {shortened(rest, longest - len(head) - 2)}"
