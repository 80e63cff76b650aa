"""The self-test: plant invented personal data, exercise every path, and look for it everywhere.

Read `exercise.py` for what is sent, `forms.py` and `search.py` for how it is looked for, and
`report.py` for what is said about it.
"""
