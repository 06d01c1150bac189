"""The board of serum: what is where, for how long, and what is next; the steps, the cold, the
accounts."""
