"""Clinical decision support for the place that hurts: rules, records and screens."""

__version__ = "0.1.0"
