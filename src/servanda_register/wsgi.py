"""The entry for WSGI servers: ``gunicorn servanda_register.wsgi``."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servanda_register.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - loads every page, which the first reader would wait for
# what is loaded now stays; to have the collector walk through it again and again would hold pages up by 0.2 s
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 100)
