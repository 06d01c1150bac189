"""The page for whoever sets up a real clinic, done to the letter: docs/first-clinic.md.

Its numbered steps are run as they stand, in a folder of our own in the place of the machine's. What
belongs to the machine (accounts, systemd, the certificate) stands in for. A test does it, and
``bench/bench_first_clinic.py`` with a watch in its hand.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import BrowserType, expect

from tests import proxies
from tests.services import free_port

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "first-clinic.md").read_text("utf-8")
SAMPLE, NAME = "clinic.example.org", "agenda.pins.example"
"""The name in the samples, and the clinic's own."""
PASSWORD = "sept grues sur le toit"
STEPS = dict(re.findall(r"^```sh (\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
HEADINGS = dict(re.findall(r"^## (\d+)\. (.*)$", PAGE, re.MULTILINE))
TLS = {"nginx": "7", "caddy": "caddy"}
"""The step that puts a proxy before the site."""

RUNUSER = '#!/bin/sh\nshift 3\nexec "$@"\n'  # -u dolenti --
# Nobody here is of the group: owner and group are the machine's business.
INSTALL = """#!/bin/bash
kept=()
while (($#)); do case $1 in -g|-o) shift 2;; *) kept+=("$1"); shift;; esac; done
exec /usr/bin/install "${kept[@]}"
"""
SYSTEMCTL = '#!/bin/sh\necho "$@" >> "$MACHINE/systemctl"\n'


class Machine:
    """A folder in the place of a machine, in which the steps of the page are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site, self.tls = free_port(), 0
        self.running: list[subprocess.Popen[bytes]] = []
        for name in ("elsewhere", "safe", "units", "conf.d", "caddy", "bin", "log"):
            (folder / name).mkdir()
        # The sample is read by tests/unit/deploy; what else the machine serves is not ours.
        for name, text in (
            ("runuser", RUNUSER), ("install", INSTALL), ("systemctl", SYSTEMCTL),
            ("nginx", "#!/bin/sh\n"),
        ):  # fmt: skip
            self._program(name, text)
        program = Path(sys.executable).with_name("dolenti")
        self.moved = {
            f"NAME={SAMPLE} ": f"NAME={NAME} ", "/etc/systemd/system": f"{folder}/units",
            "/etc/systemd/journald.conf.d": f"{folder}/journald",
            "/etc/nginx/conf.d": f"{folder}/conf.d", "/etc/caddy": f"{folder}/caddy",
            "/etc/dolenti": f"{folder}/etc", "/var/lib/dolenti": f"{folder}/data",
            "/opt/dolenti/bin/dolenti": str(program), "/mnt/elsewhere": f"{folder}/elsewhere",
            "/media/safe/": f"{folder}/safe/", "127.0.0.1:8000": f"127.0.0.1:{self.site}",
            "--port 8000": f"--port {self.site}",
        }  # fmt: skip

    def _program(self, name: str, text: str) -> None:
        file = self.folder / "bin" / name
        file.write_text(text)
        file.chmod(file.stat().st_mode | stat.S_IXUSR)

    def here(self, text: str) -> str:
        """A text with the machine's places made ours."""
        for there, ours in self.moved.items():
            text = text.replace(there, ours)
        return text

    def do(self, step: str, *, stops: bool = False, **environment: str) -> str:
        """Run a step of the page, which ``stops`` with a sentence or goes on. Gives what it
        said."""
        script = self.here(STEPS["1"] + "\n" + STEPS[step])
        usual = {k: v for k, v in os.environ.items() if not k.startswith(("DOLENTI", "DATABASE"))}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=ROOT, capture_output=True, text=True, check=False,
            env={
                **usual, "MACHINE": str(self.folder), "DOLENTI_LANG": "en",
                "PATH": f"{self.folder}/bin:{Path(sys.executable).parent}:{usual['PATH']}",
                **environment,
            },
        )  # fmt: skip
        assert bool(done.returncode) is stops, f"step {step}: {done.stdout}{done.stderr}"
        return done.stderr if stops else done.stdout

    def begin(self, command: list[str], **environment: str) -> None:
        """A program that runs until the end."""
        with (self.folder / "log" / f"{len(self.running)}").open("wb") as log:
            self.running.append(
                subprocess.Popen(
                    command, env={**os.environ, **environment}, stdout=log, stderr=log, cwd="/"
                )
            )

    def serve(self) -> None:
        """What ``systemctl enable --now dolenti.service`` does."""
        unit = self.here((self.folder / "units" / "dolenti.service").read_text())
        (command,) = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
        lines = (self.folder / "etc" / "dolenti.env").read_text().splitlines()
        kept = dict(one.split("=", 1) for one in lines if one and not one.startswith("#"))
        self.begin(shlex.split(command), **kept)
        self.wait(f"http://127.0.0.1:{self.site}/health/")

    def encrypt(self, kind: str) -> None:
        """What ``systemctl reload`` does with the proxy, on ports that are free."""
        make, sample = proxies.SAMPLES[kind]
        folder = self.folder / "proxy"
        folder.mkdir()
        installed = {"nginx": "conf.d", "caddy": "caddy"}[kind]
        text = (self.folder / installed / sample.name).read_text()
        proxy = make(folder, self.site, text, NAME)
        self.tls = proxy.tls
        self.begin(proxy.command)
        self.wait(f"http://127.0.0.1:{proxy.http}/", Host=NAME)

    def named_as_the_sample(self) -> list[str]:
        """The files in place that still name the clinic of the samples: they lead elsewhere."""
        places = ("etc", "conf.d", "caddy", "units", "journald")
        found = (file for place in places for file in (self.folder / place).rglob("*"))
        return [str(one) for one in found if one.is_file() and SAMPLE in one.read_text()]

    def proxy_log(self, kind: str) -> str:
        """What the proxy kept of the requests."""
        if kind == "nginx":
            return (self.folder / "proxy" / "dolenti.log").read_text()
        return self.logs()

    def wait(self, address: str, **headers: str) -> None:
        """Until something answers there."""
        for _ in range(600):
            assert all(one.poll() is None for one in self.running), self.logs()
            try:
                asked = urllib.request.Request(address, headers=headers)
                with urllib.request.build_opener(proxies.Stay).open(asked):
                    return
            except urllib.error.HTTPError as answer:
                answer.close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self.logs())

    def logs(self) -> str:
        """What the programs said."""
        files = [file for file in (self.folder / "log").iterdir() if file.is_file()]
        return "\n".join(file.read_text(errors="replace")[-2000:] for file in files)

    def end(self) -> None:
        """Stop what runs."""
        for one in self.running:
            one.terminate()
        for one in self.running:
            one.wait(timeout=30)


def log_in_for_the_first_time(browser: BrowserType, chromium: str, link: str, tls: int) -> None:
    """The administrator opens the link, chooses a password, and sets up an app."""
    from tests.people import code_now  # needs Django, which nothing before does

    own = browser.launch(
        executable_path=chromium,
        args=["--no-sandbox", f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{tls}"],
    )
    page = own.new_context(ignore_https_errors=True, locale="fr-FR").new_page()
    page.goto(link)
    page.get_by_label("Nouveau mot de passe", exact=False).first.fill(PASSWORD)
    page.locator("input[type=password]").nth(1).fill(PASSWORD)
    page.locator("main button.button").click()
    page.goto(f"https://{NAME}/login/")
    page.get_by_label("Adresse électronique").fill("paul@pins.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.get_by_role("link", name="Configurer l’application").click()
    secret = (page.locator("code.key").text_content() or "").replace(" ", "")
    page.get_by_label("Code").fill(code_now(secret.replace("\u00a0", "")))
    page.locator("main form button.button").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="Je les ai notés : continuer").click()
    page.wait_for_url(f"https://{NAME}/")
    cookies = {one["name"]: one for one in page.context.cookies()}
    assert cookies["__Host-sessionid"]["secure"]
    answer = page.goto(f"https://{NAME}/")
    assert answer is not None
    said = answer.headers["strict-transport-security"]
    assert said == "max-age=31536000; includeSubDomains"
    answer = page.goto(f"https://{NAME}/metrics")
    assert answer is not None
    assert answer.status == 404
    own.close()


def led(machine: Machine, browser: BrowserType, chromium: str, kind: str) -> Iterator[str]:
    """From an empty machine to a clinic with TLS, a second step and a backup that was restored.
    Gives the number of each part of the page when it is done and was looked at."""
    machine.do("2")
    settings = machine.folder / "etc" / "dolenti.env"
    assert stat.S_IMODE(settings.stat().st_mode) == 0o640
    spaced = "DOLENTI_MAIL_FROM=Clinique des Pins <messages@pins.example>"
    settings.write_text(machine.here(settings.read_text()).replace("DOLENTI_MAIL_FROM=", spaced))
    yield "2"
    public = re.findall(r"age1\w+", machine.do("3"))
    assert "PUBLIC=age1" in machine.do("4", stops=True), "nothing is sealed for nobody"
    machine.do("4", PUBLIC=public[0])
    yield "3"
    (link,) = re.findall(r"https://\S+", machine.do("5"))
    assert link.startswith(f"https://{NAME}/")
    yield "5"
    machine.do("6")
    enabled = (machine.folder / "systemctl").read_text()
    timers = {one.name for one in (ROOT / "deploy" / "systemd").glob("*.timer")}
    assert {"dolenti.service", *timers} <= set(enabled.split())
    assert "MaxRetentionSec" in (machine.folder / "journald" / "dolenti.conf").read_text()
    machine.serve()
    yield "6"
    machine.do(TLS[kind])
    machine.encrypt(kind)
    assert machine.named_as_the_sample() == []
    yield "7"
    log_in_for_the_first_time(browser, chromium, link, machine.tls)
    yield "8"
    said = machine.do("9")
    assert "sealed" in said
    assert "The drill went well" in said
    (sealed,) = (machine.folder / "elsewhere").glob("*.age")
    assert sealed.read_bytes().startswith(b"age-encryption.org/")
    (machine.folder / "safe" / "secret-key").write_bytes(
        (machine.folder / "data" / "secret-key").read_bytes()  # carried there by hand
    )
    assert "The drill went well" in machine.do("10")
    yield "9"
    well = json.loads(machine.do("11"))
    assert well["status"] == "ok"
    assert all(well["checks"].values()), "behind a proxy only the token is told this"
    assert well["drill"] is not None
    log = machine.proxy_log(kind)
    assert "200" in log
    assert link.rpartition("/reset/")[2] not in log
    yield "11"
