"""The Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy


class RegisterConfig(AppConfig):
    """``register`` is the label of its tables."""

    name = "servanda_register"
    label = "register"
    verbose_name = gettext_lazy("Register")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Has the database's guards laid after every migration."""
        from servanda_register.models import guards

        post_migrate.connect(guards.lay, sender=self)
