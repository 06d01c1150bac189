"""From a hospital's data to one wide table: FHIR bundles, bulk exports, an OMOP CDM and tables with
a mapping become the rows that ``population`` judges, and what was not understood is counted.

A row says what the bedside reader would say of the same record: what is doubted there is unknown
here, and nothing is supposed but what somebody declares closed.
"""
