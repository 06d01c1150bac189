"""The stock: what there is by lot, what is to be ordered, who received what."""
