"""Django's SQLite back end over ``pysqlite3``, whose SQLite is newer than the system's."""
