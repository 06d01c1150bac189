"""Temperature logs: as recorders write them, and what of them is an excursion."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import load_folder
from dolenti.guideline.serum import chain_of, curves
from dolenti.guideline.serum.curves import Reading

RULES = chain_of(load_folder()).said.excursions
START = datetime(2026, 11, 3, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def clock(local: datetime, before: datetime | None) -> datetime:
    return local.replace(tzinfo=UTC)


def read(text: str) -> list[tuple[str, float]]:
    return [(f"{one.at:%d %H:%M}", one.celsius) for one in curves.read_log(text, clock)]


TWO = [("03 09:00", -20.5), ("03 09:15", -19.8)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03 09:00:00;-20,5\n2026-11-03 09:15:00;-19,8\n",
        "\ufeffDate;Heure;T (°C)\r\n03/11/2026;09:00;-20,5\r\n03/11/2026;09:15;-19,8\r\n",
        "Serial,123\nTime,Celsius\n2026-11-03 09:00,-20.5\n2026-11-03 09:15,-19.8",
        "1\t03.11.2026 09:00:00\t-20.5 °C\tok\n2\t03.11.2026 09:15:00\t−19,8 °C\tok",
        "2026-11-03T09:00:00;-20.5\n\n2026-11-03T09:15:00;-19.8\n\n",
        "2026-11-03T09:00:00+00:00,-20.5\n2026-11-03T09:15:00+00:00,-19.8\n",
        '2026-11-03 09:00,"-20,5"\n2026-11-03 09:15,"-19,8"\n',
        "Date;Consigne (°C);Mesure (°C)\n2026-11-03 09:00;-22;-20,5\n2026-11-03 09:15;-22;-19,8",
        "Time,Temp °C,Humidity %RH\n2026-11-03 09:00,-20.5,40\n2026-11-03 09:15,-19.8,41",
    ],
)
def test_a_log_is_read_as_recorders_write_it(text: str) -> None:
    assert read(text) == TWO


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "no temperature log"),
        ("hello", "no temperature log"),
        ("2026-11-03 09:00;-20,5", "no temperature log"),
        # What is no log is not read to its end: a line of a hundred thousand columns, each the
        # beginning of a time, took minutes; so did millions of lines before the first reading.
        ("2026-11-03 ;" * 101, "1: this line is not a reading"),
        ("a;b\n" * 210_001, "210000 lines at most"),
        ("\n" * 210_001, "210000 lines at most"),
        ("T (°F)\n2026-11-03 09:00;-4\n2026-11-03 09:15;-4", "°C"),
        ("2026-11-03 09:00;-20\n2026-11-03 09:15;open\n2026-11-03 09:30;-20", "2: this line"),
        ("2026-11-03 09:15;-20\n2026-11-03 09:00;-20", "2: this reading is not later"),
        ("2026-11-03 09:00;-20\n2026-11-03 09:15;-200", "2: -200"),
        # Decimal commas between commas, from the first line or from a later one.
        ("time,temp\n2026-11-03 09:00,-9,9\n2026-11-03 09:15,-9,8", "2: which number"),
        ("2026-11-03 09:00,-9\n2026-11-03 09:15,-9,8", "2: which number"),
        ("t,°C,rh\n2026-11-03 09:00,-9,40\n2026-11-03 09:15,-9,8,40", "3: which number"),
        ("2026-11-03 09:00,-9,1234\n2026-11-03 09:15,-9,1", "1: which number"),
        # Two columns of numbers, and nothing that says which was measured.
        ("2026-11-03 09:00;-22;-4,5\n2026-11-03 09:15;-22;-4,5", "1: which number"),
        ("Date;Sonde 1;Sonde 2\n2026-11-03 09:00;-22;-4\n2026-11-03 09:15;-22;-4", "2: which"),
        ("Date;Consigne\n2026-11-03 09:00;-22\n2026-11-03 09:15;-22", "2: which number"),
        ('2026-11-03 09:00;-20\n2026-11-03 09:15;-20\n"' + "a" * 200_000, "3: this line"),
        ("2026-11-03 09:00;-20\n2026-11-03 09:15;-²0", "2: this line"),
        ("2026-11-03 09:00;-20\n2026-11-03 09:15;٣٧", "2: this line"),
        ("0001-01-01 00:00;-20\n0001-01-01 00:15;-20", "1: no recorder"),
        ("0001-01-01T00:00:00+14:00;-20\n2026-11-03 09:00;-20", "1: no recorder"),
        ("2026-11-03 09:00;-20\n9999-12-31T23:59:59-14:00;-20", "2: no recorder"),
    ],
)
def test_a_log_that_is_not_certain_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        curves.read_log(text, clock)


def log(every: int, *celsius: float) -> list[Reading]:
    return [Reading(START + n * every * MINUTE, one) for n, one in enumerate(celsius)]


def found(place: str, readings: list[Reading]) -> list[str]:
    rules = [rule for rule in RULES if rule.place == place]
    return [one.rule.id for one in curves.excursions(readings, rules)]


@pytest.mark.parametrize(
    "celsius, told",
    [
        ([-20, -19, -20], []),
        ([-20, -18, -20], []),  # −18 is cold enough
        ([-20, -15, -20], ["freezer-door"]),  # a quarter of an hour
        ([-20, -15, -15, -20], ["freezer-major"]),
        ([-20, -9.9, -20], ["freezer-major"]),
        ([-20, -5, 3, -5, -20], ["freezer-major", "freezer-thaw"]),  # and for how long each
        ([-20, -15, -20, -20, -15, -20], ["freezer-door", "freezer-door"]),
        ([-20, -20, -15], ["freezer-door"]),  # the log ends while it is warm
        ([0, -20, -20], ["freezer-major"]),  # exactly 0 °C is no thaw
    ],
)
def test_a_freezer_is_looked_at_every_quarter_of_an_hour(
    celsius: list[float], told: list[str]
) -> None:
    assert found("freezer", log(15, *celsius)) == told


def test_no_reading_for_an_hour_is_an_excursion_until_shown_otherwise() -> None:
    cold = log(60, -20, -20, -20)
    assert found("freezer", cold) == []
    late = [*cold[:2], Reading(cold[1].at + timedelta(minutes=61), -20)]
    (gap,) = curves.excursions(late, [r for r in RULES if r.place == "freezer"])
    assert (gap.rule.id, gap.extreme) == ("log-gap", None)
    assert (gap.began, gap.ended) == (late[1].at, late[2].at)


@pytest.mark.parametrize(
    "celsius, told",
    [
        ([37, 36, 38, 37], []),
        ([37, 35.5, 37, 37], ["incubator-minor"]),
        ([37, 35.5, 37, 35.5, 37], ["incubator-major"]),  # ten minutes in all
        ([37, 39.5, 37], ["incubator-major"]),  # five minutes, and too far
        ([37, 40.1, 37], ["incubator-major", "incubator-destructive"]),
    ],
)
def test_an_incubator_is_looked_at_every_five_minutes(
    celsius: list[float], told: list[str]
) -> None:
    assert found("incubator", log(5, *celsius)) == told


def test_a_recorder_that_is_a_few_seconds_late_is_on_time() -> None:
    late = [Reading(START + n * timedelta(minutes=5, seconds=20), 37) for n in range(10)]
    assert found("incubator", late) == []
    assert found("incubator", log(6, 37, 37, 37)) == ["incubator-major"]


def test_a_log_covers_what_lies_between_its_readings() -> None:
    five = log(5, *[37.0] * 20)
    gap = 6 * MINUTE
    assert not curves.bare(five, START + 2 * MINUTE, START + 90 * MINUTE, gap)
    assert curves.bare(five, START - 20 * MINUTE, START + 50 * MINUTE, gap)
    assert curves.bare(five, START, START + 120 * MINUTE, gap)
    assert curves.bare([five[0], five[-1]], START, START + 90 * MINUTE, gap)
    assert curves.bare([], START, START + MINUTE * 10, gap)


def test_how_far_out_it_was_is_told() -> None:
    freezer = [rule for rule in RULES if rule.place == "freezer"]
    mild, one = curves.excursions(log(15, -20, -5, 4, 6, -20), freezer)
    assert (mild.rule.id, one.rule.id, mild.extreme, one.extreme) == (
        "freezer-major", "freezer-thaw", 6, 6
    )  # fmt: skip
    assert (mild.began, mild.ended) == (START + 15 * MINUTE, START + 60 * MINUTE)
    assert (one.began, one.ended) == (START + 30 * MINUTE, START + 60 * MINUTE)


def test_of_two_logs_that_differ_neither_hides_the_other() -> None:
    """Whichever was taken in first, and whether their readings alternate or fall together."""
    cold = log(15, *[-20.0] * 41)
    for shift in (0, 7):
        warm = [Reading(one.at + shift * MINUTE, -12) for one in cold[:-1]]
        for logs in ([cold, warm], [warm, cold], [cold, warm[:20], warm[20:]]):
            assert "freezer-major" in found("freezer", curves.in_one(logs, 61 * MINUTE))
    hot, low = log(5, *[37.0] * 20), log(5, *[34.0] * 20)
    assert "incubator-major" in found("incubator", curves.in_one([hot, low], 6 * MINUTE))


def test_what_a_log_does_not_say_another_says() -> None:
    """A last warm reading before a hole counts for its own moment, not for the hole."""
    holed = [*log(15, -20, -15), Reading(START + 240 * MINUTE, -20)]
    filled = [Reading(START + n * MINUTE, -20) for n in range(20, 240, 15)]
    assert found("freezer", curves.in_one([holed, filled], 61 * MINUTE)) == ["freezer-door"]
