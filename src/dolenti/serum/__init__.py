"""The chain of a patient's own serum: drawn, prepared, kept cold, given to that patient or ended.

``models``       draws, tubes, units, each step, the cold, labels
``gate``         what of it a person may see
``opening``      the chain is off until the site states its written advice
``steps``        how any event is written: the machine asked, the row changed, the step kept
``identity``     whose a scanned label is, and whether the patient is that one
``drawing``      a draw planned, the blood drawn, the tests of the donor
``bench``        labelled, incubated, spun, portioned
``freezing``     frozen, moved, carried, issued, thawed
``at_session``   the unit of a session: chosen, fit, its end with the record of the session
``giving``       injected into the patient it came from
``pairs``        what two people do: lift, release, discard, declare missing
``temperature``  logs of incubators and freezers, and what an excursion holds
``labelling``    each number printed once
``accounts``     every number accounted for

The machine itself is ``guideline.serum``, its table ``knowledge/therapies``. For the page of a
session: ``at_session`` (see ``docs/serum.md``).
"""
