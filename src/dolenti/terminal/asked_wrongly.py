"""What was wrong with the options of a command, in both languages.

Typer says it in English alone. Each of its sentences is recognised here by its form; one that is
new stands as it is, behind a French beginning.
"""

from __future__ import annotations

import re
from typing import Any, Final

from dolenti.guideline.errors import InputError

_SENTENCES: Final = tuple(
    (re.compile(pattern, re.DOTALL), english, french)
    for pattern, english, french in (
        (r"No such option: (?P<what>\S+?)\.?(?: .*)?", "there is no option {what}",
         "l’option {what} n’existe pas"),
        (r"No such command '(?P<what>.*?)'.*", "there is no command “{what}”",
         "la commande «\u00a0{what}\u00a0» n’existe pas"),
        (r"Missing command\.", "name a command", "indiquez une commande"),
        (r"Missing argument '(?P<what>.*?)'.*", "the argument {what} is missing",
         "il manque l’argument {what}"),
        (r"Missing option '(?P<what>.*?)'.*", "the option {what} is missing",
         "il manque l’option {what}"),
        (r"Option '(?P<what>.*?)' requires an argument.*", "the option {what} takes a value",
         "l’option {what} attend une valeur"),
        (r"Option '(?P<what>.*?)' does not take a value.*", "the option {what} takes no value",
         "l’option {what} n’attend pas de valeur"),
        (r"Got unexpected extra arguments?(?:\(s\))? \((?P<what>.*)\).*", "{what} is too much",
         "{what} est en trop"),
        (r"Invalid value for '(?P<where>.*?)': '?(?P<what>.*?)'? is not in the range "
         r"(?P<range>.*?)\.", "{where}: {what} is not in the range {range}",
         "{where}\u00a0: {what} n’est pas dans l’intervalle {range}"),
        (r"Invalid value for '(?P<where>.*?)': '(?P<what>.*)' is not a valid int(?:eger)?"
         r"(?: range)?\.",
         "{where}: “{what}” is no whole number",
         "{where}\u00a0: «\u00a0{what}\u00a0» n’est pas un nombre entier"),
    )
)  # fmt: skip


def refusal(error: Any) -> InputError:
    """The refusal for an error of Typer: what is wrong, the near names, how to ask for help."""
    said = str(error.format_message())
    said = said.rstrip(".") + "."
    english, french = said.rstrip("."), f"cette demande est mal formulée ({said.rstrip('.')})"
    for pattern, en, fr in _SENTENCES:
        found = pattern.fullmatch(said)
        if found is not None:
            english, french = en.format(**found.groupdict()), fr.format(**found.groupdict())
            break
    near = [str(one) for one in getattr(error, "possibilities", None) or ()]
    if not near:
        near = re.findall(r"'([^']+)'", said.partition("Did you mean")[2])
    if near:
        english += f"; did you mean {' or '.join(near)}?"
        french += f"\u00a0; vouliez-vous dire {' ou '.join(near)}\u00a0?"
    context = getattr(error, "ctx", None)
    if context is not None:
        path = context.command_path
        stop = "" if near else "."
        english += f"{stop} See: {path} -h"
        french += f"{stop} Voyez\u00a0: {path} -h"
    return InputError(english, fr=french)
