"""A demo clinic: one practitioner and invented patients. Loading it twice changes nothing."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.access.policies import NOBODY, SECOND_STEP_FOR
from dolenti.access.roles import Role
from dolenti.access.secret import write_private
from dolenti.guideline.errors import InputError
from dolenti.records import arrivals, engine, intake
from dolenti.records.once import Submission, was_written

EMAIL = "demo@dolenti.local"
NAMESPACE = uuid.UUID("5f2d2c1e-9f43-4d57-8d0a-6f3f4d1f7a10")
EXAMPLES = ("examples", "examples/fhir")
KINDS = (".yaml", ".json", ".gz")


@dataclass(frozen=True)
class Login:
    """How to enter the demo clinic."""

    email: str
    password: str


def login() -> Login | None:
    """The demo's login, as kept in the data folder when it was made."""
    file = _password_file()
    return Login(EMAIL, file.read_text().strip()) if file.exists() else None


def _password_file() -> Path:
    data: Path = settings.DATA
    return data / "demo-password"


def load(stdout: TextIO) -> None:
    """Make the demo practitioner, and the complaints of each example file, where missing."""
    user = _practitioner()
    loaded = 0
    for file in _files():
        try:
            loaded += _case(user, file)
        except InputError as error:
            stdout.write(f"{file.name} was left out: {error}\n")
    found = login()
    assert found is not None
    stdout.write(
        f"Demo clinic ready, {loaded} new complaints. Everyone in it is invented.\n"
        f"  e-mail    {found.email}\n  password  {found.password}\n"
    )


def _practitioner() -> User:
    file = _password_file()
    if not file.exists():
        settings.DATA.mkdir(parents=True, exist_ok=True)
        write_private(file.with_suffix(".draft"), secrets.token_urlsafe(12), file)
    password = file.read_text().strip()
    user = User.objects.filter(email=EMAIL).first()
    if user is None:
        # A second factor that is printed beside its password is none: the demo does without, and
        # every page of it says so.
        site, _ = Site.objects.get_or_create(
            name="Démonstration", defaults={"policies": {SECOND_STEP_FOR: NOBODY}}
        )
        return User.objects.create_user(
            EMAIL, password, name="Dr Camille Démo", role=Role.PRACTITIONER, site=site
        )
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def _files() -> list[Path]:
    """The examples beside the program: in the checkout, or where the site was started."""
    for root in (Path(__file__).resolve().parents[3], Path.cwd()):
        found = [
            file
            for folder in EXAMPLES
            for file in sorted((root / folder).glob("*"))
            if file.suffix in KINDS
        ]
        if found:
            return found
    return []


def _case(user: User, file: Path) -> int:
    data = file.read_bytes()
    submission = Submission(user, uuid.uuid5(NAMESPACE, file.name))
    if was_written(submission):
        return 0
    today = timezone.localdate()
    read = intake.read(data, file.name, engine.edition_in_force(), today)
    read = replace(read, invented=True)
    arrivals.receive(submission, data, read, today, reference=file.name.split(".")[0])
    return len(read.cases)
