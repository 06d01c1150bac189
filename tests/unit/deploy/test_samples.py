"""The samples of ``deploy/`` are sound: each is read by the program it is written for."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dolenti.access.policies import roles_in
from dolenti.access.roles import Role
from tests.machine import certificate, needed

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
MOST_EXPOSED = 20  # tenths, as systemd counts: 0 for nothing, 100 for all


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units, with a program in them that is there."""
    made = []
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/dolenti/bin/dolenti", "/bin/true")
        made.append(tmp_path / unit.name)
        made[-1].write_text(text)
    return made


def test_systemd_reads_every_unit(units: list[Path]) -> None:
    done = run(needed("systemd-analyze"), "verify", *map(str, units))
    own = [line for line in done.stderr.splitlines() if "dolenti" in line]
    assert own == []


def test_a_service_can_do_little_besides_its_work(units: list[Path]) -> None:
    analyze = needed("systemd-analyze")
    for unit in units:
        if unit.suffix == ".service":
            done = run(
                analyze, "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", str(unit)
            )
            assert done.returncode == 0, done.stdout


def test_the_services_speak_to_nobody_who_is_not_named(tmp_path: Path) -> None:
    """As systemd itself understands the units, with the sample beside them and without."""
    analyze = needed("systemd-analyze")
    folder = tmp_path / "etc" / "systemd" / "system"
    folder.mkdir(parents=True)
    named = [unit.name for unit in UNITS if unit.suffix == ".service"]
    for name in named:
        shutil.copy(DEPLOY / "systemd" / name, folder)

    def closed(name: str) -> bool:
        unit = name.replace("@", "@one")
        done = run(analyze, f"--root={tmp_path}", "security", "--offline=yes", "--json=short", unit)
        said = {one["json_field"]: one["description"] for one in json.loads(done.stdout)}
        return bool(said["IPAddressDeny"] == "Service defines IP address allow list with only "
                    "localhost entries")  # fmt: skip

    assert not any(map(closed, named))
    for place in ("dolenti.service.d", "dolenti-.service.d"):
        (folder / place).mkdir()
        shutil.copy(DEPLOY / "network" / "dolenti.conf", folder / place / "network.conf")
    assert all(map(closed, named))


def test_every_timer_begins_a_service_of_its_name() -> None:
    names = {unit.name for unit in UNITS}
    timers = [name for name in names if name.endswith(".timer")]
    assert timers
    assert {name.replace(".timer", ".service") for name in timers} <= names


def test_what_a_timer_begins_reaches_somebody_where_it_fails() -> None:
    texts = {unit.name: unit.read_text("utf-8") for unit in UNITS}
    for name in [name for name in texts if name.endswith(".timer")]:
        service = texts[name.replace(".timer", ".service")]
        assert "\nOnFailure=dolenti-failed@%n.service\n" in service, name
    assert "\nExecStart=/opt/dolenti/bin/dolenti alarm %i\n" in texts["dolenti-failed@.service"]


def test_the_page_enables_every_timer() -> None:
    page = (ROOT / "docs" / "first-clinic.md").read_text("utf-8")
    (enabled,) = re.findall(r"^systemctl enable --now (.*)$", page, re.MULTILINE)
    timers = {unit.name for unit in UNITS if unit.suffix == ".timer"}
    assert set(enabled.split()) == {"dolenti.service", *timers}


@pytest.fixture
def nginx(tmp_path: Path) -> Path:
    """The sample inside a whole configuration, with files of our own."""
    certificate(tmp_path)
    text = (DEPLOY / "nginx" / "dolenti.conf").read_text("utf-8")
    text = text.replace("/etc/dolenti/tls", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/nginx.pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\n"
        f"http {{\n{text}\n}}\n"
    )
    return whole


def test_nginx_reads_its_sample(nginx: Path) -> None:
    done = run(needed("nginx"), "-t", "-q", "-c", str(nginx), "-p", str(nginx.parent))
    assert (done.returncode, done.stderr) == (0, "")


def test_caddy_reads_its_sample(tmp_path: Path) -> None:
    caddy = needed("caddy")
    sample = DEPLOY / "caddy" / "Caddyfile"
    done = run(caddy, "adapt", "--config", str(sample), "--adapter", "caddyfile")
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def test_the_file_of_the_container_is_sound_and_runs_as_no_root() -> None:
    sample = DEPLOY / "container" / "Containerfile"
    done = run(needed("hadolint"), str(sample))
    assert done.returncode == 0, done.stdout
    users = re.findall(r"^USER (\S+)", sample.read_text("utf-8"), re.MULTILINE)
    assert users
    assert not {"root", "0"} & set(users)


@pytest.mark.parametrize("proxy", ["nginx/dolenti.conf", "caddy/Caddyfile"])
def test_a_proxy_keeps_no_address_in_its_log(proxy: str) -> None:
    """The address of a patient's link is its key; a search holds a name."""
    text = (DEPLOY / proxy).read_text("utf-8")
    if "nginx" in proxy:
        (form,) = re.findall(r"^log_format dolenti '(.*)';", text, re.MULTILINE)
        assert not re.search(r"\$(request\b|request_uri|uri|args|query_string|http_)", form)
        assert re.findall(r"access_log (?!off)(\S+)( dolenti)?;", text) == [
            ("/var/log/nginx/dolenti.log", " dolenti")
        ]
    else:
        assert "request>uri delete" in text
        assert "request>headers delete" in text


def test_in_the_sample_every_role_takes_a_second_step() -> None:
    sample = (DEPLOY / "dolenti.env").read_text("utf-8")
    (said,) = re.findall(r"^DOLENTI_MFA_REQUIRED_FOR=(.*)$", sample, re.MULTILINE)
    assert roles_in(said) == {role.value for role in Role}


def test_every_setting_of_the_sample_is_one_that_the_site_reads() -> None:
    sample = (DEPLOY / "dolenti.env").read_text("utf-8")
    named = set(re.findall(r"^(DOLENTI_\w+)=", sample, re.MULTILINE))
    assert named
    source = "".join(file.read_text("utf-8") for file in (ROOT / "src").rglob("*.py"))
    assert {name for name in named if name not in source} == set()
