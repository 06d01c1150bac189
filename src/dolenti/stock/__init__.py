"""What a site keeps to treat with: products, needles, kits, probes, by lot.

``models``   items, lots, what moved, who received it, letters of a recall
``gate``     what of it a person may see
``standing`` how a lot stands on a day, what is to be ordered: functions of values
``items``    what the site keeps
``lots``     received, used, counted, discarded
``life``     in quarantine, recalled
``letters``  those who received a recalled lot are told

For a room above, that gives something to a patient: ``gate.usable``, ``gate.scanned``,
``lots.uses`` (see ``docs/stock.md``).
"""
