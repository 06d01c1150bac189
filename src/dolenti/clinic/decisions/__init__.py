"""Decisions beside a verdict: a caution passed, referrals, changed verdicts."""
