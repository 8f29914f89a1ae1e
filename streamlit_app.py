"""The browser app: page config and the way to the pages, nothing else. Start: `streamlit run streamlit_app.py`."""

import importlib

import streamlit as st

from ui import session, theme, widgets


def _show(page: str) -> None:
    session.visit(page)
    with widgets.page_column(), widgets.guarded():
        importlib.import_module(f"ui.{page}").render()


def explore() -> None:
    _show("explore_page")


def understand() -> None:
    _show("understand_page")


def reviews() -> None:
    _show("import_page")


def chat() -> None:
    _show("chat_page")


def models() -> None:
    _show("models_page")


st.set_page_config(page_title="Moodlens", page_icon=theme.ICON, layout="wide", menu_items=theme.MENU)
st.logo(theme.LOGO, size="large", link=None)
theme.apply()
pages = [
    st.Page(explore, title="Explore", icon=":material/travel_explore:", url_path="explore", default=True),
    st.Page(understand, title="Understand", icon=":material/insights:", url_path="understand"),
    st.Page(reviews, title="Your reviews", icon=":material/upload_file:", url_path="reviews"),
    st.Page(chat, title="Chat", icon=":material/forum:", url_path="chat"),
    st.Page(models, title="Models", icon=":material/memory:", url_path="models"),
]
current = st.navigation(pages, position="top")
st.set_page_config(page_title=f"{current.title} · Moodlens")
current.run()
