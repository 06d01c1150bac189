"""The site as a WSGI application."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from dolenti.config.warm import warm
from dolenti.safekeeping import in_use

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dolenti.config.settings")
application = get_wsgi_application()

warm()
in_use.hold(settings.DATA)  # while this process lives, nobody puts another database in the place
