"""The requests that are measured. All people and numbers are invented."""

import json

SYSTEM = "You answer customers of a small bicycle workshop. Be brief, exact and friendly."
# Six personal items: a name, an e-mail address, a phone number, a card, an account, a tax number.
LETTER = (
    "Good morning, my name is Caroline Whitfield, and I left my touring bike with you last Tuesday "
    "for a new chain and a look at the rear brake. You may reach me at "
    "caroline.whitfield@example.com or by phone on +1 617-555-0148 until six in the evening. I "
    "have already paid the deposit with my card 4242 4242 4242 4242, but if anything has to be "
    "paid back, please send it to my account GB33 BUKB 2020 1555 5555 55. For the invoice you "
    "asked for my social security number, which is 219-09-9990. Could you tell me whether the "
    "brake pads had to be replaced as well, how much the whole repair comes to, and whether I can "
    "fetch the bike on Saturday morning before ten? The left pedal has been making a clicking "
    "noise for some weeks, mostly uphill, so if you have a spare minute I would be glad if someone "
    "could listen to it. Many thanks for your good work so far; the new saddle is a real pleasure, "
    "and I have told all my neighbors about it."
)
TOOL_COUNT = 24
HISTORY_TURNS = 18


def chat(*, stream: bool = False, model: str = "standin-fixed") -> bytes:
    """Return a chat of about 1 kB with six personal items."""
    body = {
        "model": model,
        "messages": [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": LETTER},
        ],
    }
    return json.dumps({**body, "stream": True} if stream else body).encode()


def agent(session: int, turn: int = 0) -> bytes:
    """Return an agent's request of about 76 kB.

    Another session changes every text of it; another turn of the same session adds a short one.
    """
    mark = f"(session {session}) "
    turns = [_turn(mark, number) for number in range(HISTORY_TURNS)]
    new = f"{mark}Now look at step {turn} and write to step{turn}@example.org about it."
    body = {
        "model": "standin-fixed",
        "max_tokens": 1024,
        "system": [{"type": "text", "text": mark + _prose(1800)}],
        "tools": [_tool(mark, number) for number in range(TOOL_COUNT)],
        "messages": [*turns, {"role": "user", "content": new}],
        "stream": False,
    }
    return json.dumps(body).encode()


def _prose(words: int) -> str:
    vocabulary = LETTER.split()
    return " ".join(vocabulary[(7 * n) % len(vocabulary)] for n in range(words))


def _turn(mark: str, number: int) -> dict[str, object]:
    role = "assistant" if number % 2 else "user"
    return {"role": role, "content": f"{mark}{number}: {_prose(330)}"}


def _tool(mark: str, number: int) -> dict[str, object]:
    field = {"type": "string", "description": f"{mark}{_prose(40)}"}
    schema = {"type": "object", "properties": {"path": field, "text": field}, "required": ["path"]}
    description = f"{mark}{number}: {_prose(160)}"
    return {"name": f"tool_{number}", "description": description, "input_schema": schema}
