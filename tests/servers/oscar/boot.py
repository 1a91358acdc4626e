"""
A django-oscar shop with nothing for sale: set up in an empty database, then served by gunicorn.

The arguments are gunicorn's.
"""

import os
import sys

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - Django has to be set up first
from django.core.management import call_command  # noqa: E402 (the path is set first)
from django.db import connections  # noqa: E402 (the path is set first)
from oscar.core.loading import get_model  # noqa: E402 (the path is set first)

call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
get_user_model().objects.create_superuser(
    username=os.environ["ADMIN_NAME"],
    email="merchant@example.com",
    password=os.environ["ADMIN_PASSWORD"],
)
get_model("address", "Country").objects.create(
    iso_3166_1_a2="GB", name="GREAT BRITAIN", printable_name="Great Britain"
)
get_model("partner", "Partner").objects.create(code="warehouse", name="Warehouse")
get_model("catalogue", "ProductClass").objects.create(name="Goods", slug="goods")
connections.close_all()

os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *sys.argv[1:]])  # noqa: S606 - nothing here needs a shell
