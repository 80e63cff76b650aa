"""The draft of an incident, made of an alert: what to decide, until when, and what is known.

Invariants: it holds codes, counts, references and places in the log, so it can be shown to whoever
decides, and be sent; it draws no conclusion that a person has to draw.

Source: GDPR articles 33 (72 hours from awareness, what a notification holds) and 34.
"""

from __future__ import annotations

from datetime import timedelta

from privity.oversight.alerts import Alert

NOTIFY = timedelta(hours=72)
"""GDPR article 33(1), from when somebody knows that personal data was breached."""


def draft(alert: Alert) -> str:
    """Return the draft, in Markdown."""
    explained = alert.explained
    seen = ", ".join(f"{name} {value}" for name, value in sorted(alert.said.items())) or "none"
    places = ", ".join(str(entry) for entry in alert.entries) or "none"
    causes = "; ".join(explained.false_positives)
    until = alert.first + NOTIFY
    times = "once" if alert.hits == 1 else f"{alert.hits} times"
    return f"""# Draft: {explained.title}

Alert `{alert.id}`, rule `{alert.rule}`, level {alert.level.value}, {" ".join(explained.tags)}.

## What is known
- {explained.description}
- From {alert.first:%Y-%m-%d %H:%M:%S} to {alert.last:%Y-%m-%d %H:%M:%S} UTC.
- Actor `{alert.actor}`; {alert.count} counted, seen {times}.
- Seen last: {seen}.
- Entries of the log: {places}. `privity log show` prints them; `privity log verify` checks the log.
- It would have been quiet with: {explained.quiet}
- It may be: {causes}.

## To be decided
1. Was it an attack, a mistake, or neither? Who says so?
2. Whose data, which categories, about how many people and records (article 33(3)(a))? Count from
   the entries above.
3. What may follow for them (33(3)(c))? What was done against it (33(3)(d)): sessions ended,
   accounts suspended, keys rotated?
4. Is it a breach of personal data? If so, and unless it is unlikely to harm anybody, the authority
   hears of it within 72 hours after you know: not after {until:%Y-%m-%d %H:%M} UTC, if you know
   since the alert. Is the risk high? Then people hear of it, too (article 34).
5. What is changed so that it does not happen again?
"""
