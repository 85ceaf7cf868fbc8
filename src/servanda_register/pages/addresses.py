"""Addresses of the pages: each room has its own."""

from __future__ import annotations

from django.urls import path

from servanda_register.pages import (
    about,
    agreements,
    bring_in,
    commitments,
    difficulties,
    exchanges,
    feeds,
    forums,
    history,
    home,
    indicators,
    instruments,
    lists,
    members,
    partnerships,
    plan_actions,
    plans,
    programmes,
    reports,
    reviews,
    search,
    session_pack,
    sessions,
)

urlpatterns = [
    path("", home.home, name="home"),
    *sessions.urlpatterns,  # before the rooms whose addresses they are more particular about
    *session_pack.urlpatterns,
    *exchanges.urlpatterns,
    *plans.urlpatterns,
    *plan_actions.urlpatterns,
    *agreements.urlpatterns,
    *difficulties.urlpatterns,
    *forums.urlpatterns,
    *indicators.urlpatterns,
    *programmes.urlpatterns,
    *reports.urlpatterns,
    *partnerships.urlpatterns,
    *instruments.urlpatterns,
    *commitments.urlpatterns,
    *lists.urlpatterns,
    *search.urlpatterns,
    *reviews.urlpatterns,
    *bring_in.urlpatterns,
    *history.urlpatterns,
    *members.urlpatterns,
    *feeds.urlpatterns,
    *about.urlpatterns,
]
