"""“Where did it look?”: nothing until it is asked for, once per face, for the emotion that stands."""

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup, Toggle

from errors import ModelUnavailable
from tests.ui import fakes
from tests.ui.conftest import World

PHOTO = ("me.jpg", b"any bytes", "image/jpeg")
SWITCH = "Where did it look?"


def with_photo(app: AppTest) -> AppTest:
    app.run()
    app.file_uploader[0].set_value(PHOTO)
    return app.run()


def choose(app: AppTest, key: str, value: str) -> None:
    found = app.get_by_key(key)
    assert isinstance(found, ButtonGroup)
    found.set_value(value).run()


def words(app: AppTest) -> str:
    return "\n".join(str(element.value) for kind in (app.markdown, app.caption) for element in kind)


def pictures(app: AppTest) -> list[str]:
    return [picture.alt for element in app.image for picture in element.proto.imgs]


def switches(app: AppTest) -> list[Toggle]:
    return [toggle for toggle in app.toggle if toggle.label == SWITCH]


def test_nothing_is_blurred_before_it_is_asked_for(app: AppTest, world: World) -> None:
    app.run()
    assert not switches(app)
    with_photo(app)
    assert len(switches(app)) == 1
    assert world.looked_at == []


def test_the_map_says_how_to_read_it_and_what_it_is_not(app: AppTest, world: World) -> None:
    with_photo(app)
    switches(app)[0].set_value(True).run()
    assert world.looked_at == [fakes.HAPPY]
    shown = words(app)
    assert "**Yellow counts most for “happy”.**" in shown
    assert "from 62\xa0% to 31\xa0%" in shown
    assert "It is neither why, nor what the person feels." in shown
    assert "The face, grey; yellow where blurring it makes “happy” less likely" in pictures(app)


def test_another_emotion_of_the_same_face_costs_nothing(app: AppTest, world: World) -> None:
    with_photo(app)
    switches(app)[0].set_value(True).run()
    choose(app, "emotion", "sad")
    assert "**No part of the face counts for “sad”.**" in words(app)
    assert world.looked_at == [fakes.HAPPY]


def test_each_face_has_its_own_map_and_the_crowd_has_none(app: AppTest, world: World) -> None:
    world.photo = fakes.photo(fakes.HAPPY, fakes.SAD)
    with_photo(app)
    switches(app)[0].set_value(True).run()
    choose(app, "face_choice", "2")
    assert "from 90\xa0% to 45\xa0%" in words(app)
    choose(app, "face_choice", "crowd")
    assert not switches(app)
    choose(app, "face_choice", "1")
    assert world.looked_at == [fakes.HAPPY, fakes.SAD]


def test_the_next_photo_is_not_looked_at_unasked(app: AppTest, world: World) -> None:
    with_photo(app)
    switches(app)[0].set_value(True).run()
    app.file_uploader[0].set_value(("other.jpg", b"other bytes", "image/jpeg"))
    app.run()
    assert switches(app)[0].value is False
    assert world.looked_at == [fakes.HAPPY]
    switches(app)[0].set_value(True).run()
    assert [key[0] for key in app.session_state["saliency_maps"]] == [app.session_state["photo"].digest]


def test_a_model_that_went_away_says_so(app: AppTest, world: World) -> None:
    with_photo(app)
    world.look_error = ModelUnavailable("The face model is gone. Choose another on the Models page.")
    switches(app)[0].set_value(True).run()
    assert [error.value for error in app.error] == ["The face model is gone. Choose another on the Models page."]
