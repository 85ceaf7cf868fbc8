"""Addresses. Each room of pages has its own list, so that a page is one file and one row."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from servanda_register.api import api
from servanda_register.pages import addresses

urlpatterns = [
    path("language/", set_language, name="set_language"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/office/", include("allauth.socialaccount.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("api/v1/", api.urls),
    *addresses.urlpatterns,
]
