"""A copy of a record, as it is waited for: the link comes by itself, and the file with it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from dolenti.work import worker
from dolenti.work.standing import Standing
from tests.web.world import complaint_of

pytestmark = pytest.mark.browser


def test_the_link_comes_by_itself_when_the_worker_was_there(
    open_page: Callable[..., Page], live_server: object, alice: User, settings: Any, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    standing = Standing(tmp_path)
    assert standing.held()
    patient = complaint_of(alice).patient
    page = open_page()
    page.goto(f"{live_server}{reverse('patient-copy', args=[patient.public_id])}")
    page.get_by_text("Le patient, qui demande une copie").click()
    page.get_by_role("button", name="Établir la copie").click()
    expect(page.get_by_role("status")).to_contain_text("En préparation")
    worker.do_all()
    link = page.get_by_role("link", name="Télécharger la copie")
    expect(link).to_be_visible(timeout=20_000)
    with page.expect_download() as found:
        link.click()
    assert "dossier.pdf" in zipfile.ZipFile(found.value.path()).namelist()
    standing.give_up()
