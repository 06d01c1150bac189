"""The whole database as one file, and back: backup, restore, and the move to another database.

One form for SQLite and PostgreSQL: what was saved from one is loaded into the other. Nothing here
names a model: tables are found from the migrations that were applied, in the order in which they
depend on each other, and are filled by INSERT into new empty tables, so that tables which are
only ever added to (see ``access.triggers``) need no exception.

==============  ================================================================================
``tables``      which tables there are at a given state of the migrations, and their columns
``rows``        one row as one line of JSON, and the one spelling of it that is hashed
``manifest``    what a backup says of itself
``file``        the file: a zip of lines, with its manifest
``snapshot``    a database as it was at one moment, read while others write
``places``      connections to databases other than the site's own; an old database kept aside
``loading``     rows into new tables, and the proof that they are the same
``operations``  backup, restore, move
``keys``        the keys a backup is sealed with
``sealing``     a backup sealed and opened, and its copy on another disk
``site``        all of this for the site: its folder, its secret key, its trail
==============  ================================================================================

None of this ever changes a row: it copies all of them or none.
"""
