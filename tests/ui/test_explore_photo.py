"""Explore from a photo or the webcam: every state of the page."""

from streamlit.testing.v1 import AppTest

from errors import PhotoError
from rag.query import Query
from tests.ui import fakes
from tests.ui.conftest import World
from tests.ui.explore_page import chips, chosen_emotion, texts, with_photo

PHOTO = ("me.jpg", b"any bytes", "image/jpeg")


def test_photo_of_one_face_becomes_the_question(app: AppTest, world: World) -> None:
    with_photo(app)
    assert "### The expression looks 😊 happy, 62\xa0% sure." in texts(app)
    assert "How the expression reads" in texts(app)
    assert world.asked == [Query(emotion="happy")]
    assert dict(app.query_params) == {"emotion": "happy"}
    assert "person feels" not in texts(app)


def test_reading_of_a_photo_can_be_overruled(app: AppTest, world: World) -> None:
    with_photo(app)
    chips(app, "emotion").set_value("neutral").run()
    assert world.asked[-1] == Query(emotion="neutral")
    assert "You chose neutral; the model read happy. Your choice counts." in texts(app)


def test_group_photo_lets_choose_a_face_or_the_crowd(app: AppTest, world: World) -> None:
    world.photo = fakes.photo(fakes.HAPPY, fakes.SAD)
    with_photo(app)
    assert "The expression looks 😊 happy" in texts(app)
    chips(app, "face_choice").set_value("2").run()
    assert "### The expression looks 😢 sad, 90\xa0% sure." in texts(app)
    chips(app, "face_choice").set_value("crowd").run()
    assert "### Hard to say: perhaps 😢 sad (46\xa0%), perhaps 😊 happy (32\xa0%)." in texts(app)
    assert world.asked == [Query(emotion="happy"), Query(emotion="sad")]


def test_low_confidence_offers_the_runner_up(app: AppTest, world: World) -> None:
    world.photo = fakes.photo(fakes.UNSURE)
    with_photo(app)
    assert "### Hard to say: perhaps 😨 fear (35\xa0%), perhaps 😮 surprise (31\xa0%)." in texts(app)
    app.button(key="runner_up").click().run()
    assert chosen_emotion(app) == "surprise"
    assert world.asked[-1] == Query(emotion="surprise")


def test_no_face_offers_the_whole_picture(app: AppTest, world: World) -> None:
    world.photo = fakes.photo()
    with_photo(app)
    assert "### No face found" in texts(app)
    assert world.asked == []
    app.button(key="whole").click().run()
    assert "### The expression looks 🤢 disgust, 70\xa0% sure." in texts(app)
    assert "The whole picture was read as one face." in texts(app)
    assert world.asked == [Query(emotion="disgust")]


def test_no_face_offers_another_photo(app: AppTest, world: World) -> None:
    world.photo = fakes.photo()
    with_photo(app)
    app.button(key="another").click().run()
    assert "No face found" not in texts(app)
    assert app.file_uploader[0].value is None


def test_bad_photo_gets_its_sentence(app: AppTest, world: World) -> None:
    world.photo_error = PhotoError("This is not a picture. Use a JPEG or PNG.")
    with_photo(app)
    assert [warning.value for warning in app.warning] == ["This is not a picture. Use a JPEG or PNG."]
    assert world.asked == []


def test_webcam_starts_only_when_asked_for(app: AppTest) -> None:
    app.run()
    assert not app.camera_input
    chips(app, "face_source").set_value("Webcam").run()
    assert len(app.camera_input) == 1
    assert not app.file_uploader
