"""From verdicts and knowledge to what a template shows: plain values with their words."""
