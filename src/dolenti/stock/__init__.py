"""What a site keeps to treat with: products, needles, kits, probes, by lot.

``models``   items, lots, what moved, who received it, letters of a recall
``gate``     what of it a person may see
``standing`` how a lot stands on a day, what is to be ordered: functions of values
``words``    why a lot is not used, in words
``typed``    a number that was typed, held against what the site knows of it
``items``    what the site keeps
``lots``     received, used, counted, discarded
``life``     in quarantine, recalled
``letters``  those who received a recalled lot are told

For a room above, that gives something to a patient: ``gate.usable``, ``gate.scanned``,
``lots.uses`` (see ``docs/stock.md``).
"""
