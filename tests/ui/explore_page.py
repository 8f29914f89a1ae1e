"""What tests of the Explore page see and do."""

from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

PHOTO = ("me.jpg", b"any bytes", "image/jpeg")


def texts(app: AppTest) -> str:
    """Everything that is written on the page."""
    kinds = (app.title, app.markdown, app.caption, app.html, app.warning, app.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def with_photo(app: AppTest) -> AppTest:
    app.run()
    app.file_uploader[0].set_value(PHOTO)
    return app.run()


def chips(app: AppTest, key: str) -> ButtonGroup[Any]:
    """The pills or segments of that key."""
    found = app.get_by_key(key)
    assert isinstance(found, ButtonGroup)
    return found


def chosen_emotion(app: AppTest) -> object:
    return chips(app, "emotion").value
