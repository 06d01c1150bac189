"""The medicines sold or authorised in France, from the public base: found, read, classed.

Pure: no site, no terminal, no database. What medicine says of them (classes, products) stays in
the knowledge and is handed in as values.
"""
