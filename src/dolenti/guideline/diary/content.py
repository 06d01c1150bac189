"""What is asked, told and given between the visits, of an edition: read when somebody asks.

::

    content = diary.content(edition)
    [window.id for window in content.windows]

An edition carries the texts of ``knowledge/patient/`` unread, so that judging a patient pays
nothing for them. They are parsed once per machine and made once per process.
"""

from __future__ import annotations

from dolenti.guideline.diary.shapes import alarms as alarming
from dolenti.guideline.diary.shapes import history as home
from dolenti.guideline.diary.shapes import messages as sent
from dolenti.guideline.diary.shapes import opioids as opioid
from dolenti.guideline.diary.shapes import papers, response
from dolenti.guideline.diary.shapes import questions as asked
from dolenti.guideline.diary.shapes import rehabilitation as rehab
from dolenti.guideline.diary.shapes import windows as when
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition, Entry, Text
from dolenti.guideline.loading import Parsed, build_once, edition_hash
from dolenti.guideline.once import once_an_edition
from dolenti.guideline.parts import Layout

LAYOUT = Layout(
    "patient",
    Text(fr="le contenu entre les visites", en="the content between the visits"),
    lists={
        "windows": (r"patient/diary/windows\.yaml", when.Window),
        "sets": (r"patient/diary/sets\.yaml", when.QuestionSet),
        "questions": (r"patient/diary/questions\.yaml", asked.Question),
        "sign_groups": (r"patient/diary/sign-groups\.yaml", asked.SignGroup),
        "signs": (r"patient/diary/signs\.yaml", asked.Sign),
        "questionnaires": (r"patient/diary/questionnaires\.yaml", when.Questionnaire),
        "home_questions": (r"patient/history/questions\.yaml", home.HomeQuestion),
        "urgencies": (r"patient/alarms/urgencies\.yaml", alarming.Urgency),
        "alarms": (r"patient/alarms/alarms\.yaml", alarming.Alarm),
        "danger_words": (r"patient/alarms/words\.yaml", alarming.DangerWords),
        "expected": (r"patient/alarms/expected\.yaml", alarming.Expected),
        "messages": (r"patient/messages/messages\.yaml", sent.Message),
        "screens": (r"patient/messages/screens\.yaml", sent.Screen),
        "not_judged": (r"patient/response/not-judged\.yaml", response.NotJudged),
        "thresholds": (r"patient/response/thresholds\.yaml", response.Threshold),
        "judged_at": (r"patient/response/judged-at\.yaml", response.JudgedAt),
        "steps": (r"patient/response/steps\.yaml", response.StepWords),
        "exercises": (r"patient/rehabilitation/exercises\.yaml", rehab.Exercise),
        "plans": (r"patient/rehabilitation/plans\.yaml", rehab.RehabilitationPlan),
        "returns": (r"patient/rehabilitation/returns\.yaml", rehab.ReturnPath),
        "sport_blocks": (r"patient/rehabilitation/sport-blocks\.yaml", rehab.SportBlock),
        "letter_fields": (r"patient/letter-fields\.yaml", papers.LetterField),
    },
    folders={
        "opioid_tables": (r"patient/opioids/tables/[^/]+\.yaml", opioid.OpioidTable),
        "letters": (r"patient/letters/[^/]+\.yaml", papers.LetterModel),
        "leaflets": (r"patient/leaflets/[^/]+\.yaml", papers.TherapyLeaflet),
    },
    single={
        "rules": (r"patient/diary/rules\.yaml", when.DiaryRules),
        "pain_scale": (r"patient/diary/pain-scale\.yaml", asked.Scale),
        "alarm_rules": (r"patient/alarms/rules\.yaml", alarming.AlarmRules),
        "message_rules": (r"patient/messages/rules\.yaml", sent.MessageRules),
        "told": (r"patient/response/told\.yaml", response.Told),
        "opioids": (r"patient/opioids/rules\.yaml", opioid.OpioidRules),
        "rehabilitation": (r"patient/rehabilitation/rules\.yaml", rehab.RehabilitationRules),
    },
)


class Content(Entry, frozen=True, kw_only=True):
    """All that ``knowledge/patient/`` says. Lists keep the order of the files.

    No clinician and no patient has read it by its being here: ``governance.patient_signed``.
    """

    rules: when.DiaryRules
    windows: tuple[when.Window, ...]
    sets: tuple[when.QuestionSet, ...]
    questions: tuple[asked.Question, ...]
    sign_groups: tuple[asked.SignGroup, ...]
    signs: tuple[asked.Sign, ...]
    pain_scale: asked.Scale
    questionnaires: tuple[when.Questionnaire, ...]
    home_questions: tuple[home.HomeQuestion, ...]
    alarm_rules: alarming.AlarmRules
    urgencies: tuple[alarming.Urgency, ...]
    alarms: tuple[alarming.Alarm, ...]
    danger_words: tuple[alarming.DangerWords, ...] = ()
    expected: tuple[alarming.Expected, ...]
    message_rules: sent.MessageRules
    messages: tuple[sent.Message, ...]
    screens: tuple[sent.Screen, ...]
    not_judged: tuple[response.NotJudged, ...]
    thresholds: tuple[response.Threshold, ...]
    judged_at: tuple[response.JudgedAt, ...]
    steps: tuple[response.StepWords, ...]
    told: response.Told
    opioids: opioid.OpioidRules
    opioid_tables: tuple[opioid.OpioidTable, ...]
    rehabilitation: rehab.RehabilitationRules
    exercises: tuple[rehab.Exercise, ...]
    plans: tuple[rehab.RehabilitationPlan, ...]
    returns: tuple[rehab.ReturnPath, ...]
    sport_blocks: tuple[rehab.SportBlock, ...]
    letters: tuple[papers.LetterModel, ...]
    letter_fields: tuple[papers.LetterField, ...]
    leaflets: tuple[papers.TherapyLeaflet, ...]


def has_content(edition: Edition) -> bool:
    """Whether the edition says anything of the time between the visits."""
    return bool(edition.patient_texts)


@once_an_edition(6)
def content(edition: Edition) -> Content:
    """The content of an edition, made once and kept by the edition's hash.

    Raises ``InputError``, with file and line, where the edition has none or it cannot be read.
    Whether its parts agree with each other is told by ``checking``.
    """
    if not has_content(edition):
        raise InputError(
            "this edition of the knowledge says nothing of the time between the visits; use a "
            "later one",
            "patient",
            fr="cette édition du référentiel ne dit rien du suivi entre les visites\u00a0; "
            "utilisez-en une plus récente",
        )
    texts = edition.patient_texts
    return build_once(texts, f"patient-{edition_hash(texts)}", build)


def build(parsed: Parsed) -> Content:
    """The content of parsed files, by their names. Raises ``InputError``."""
    return Content(**LAYOUT.parts(parsed))
