"""Complaints judged: assessments, decisions beside a verdict, referrals, changed verdicts."""
