"""Wordings that a model may propose about one message: a good one, and many that are not."""

from __future__ import annotations

QUOTE = "rinse the filter first"
GOOD = f'You wrote "{QUOTE}": what is the reason behind that?'
REFUSED = {
    "an invented quote": ('You wrote "grind the beans finer": what is the reason?', "not_quotable"),
    "a quote that drops words": ('You wrote "rinse filter": what is the reason?', "not_quotable"),
    "a second quotation": (f'You wrote "{QUOTE}" and "more": what is the reason?', "quotation"),
    "no quotation": ("What is the reason to rinse the filter first?", "quotation"),
    "a yes or no question": (f'You wrote "{QUOTE}": is there a reason behind that?', "open"),
    "two questions": (f'You wrote "{QUOTE}": what is the reason? What else?', "single"),
    "a leading one": (
        f'You wrote "{QUOTE}": what is surely the reason behind that?',
        "not_leading",
    ),
    "blame": (f'Why did you "{QUOTE}"?', "not_blaming"),
    "a long one": (f'You wrote "{QUOTE}": what ' + "is the reason " * 12 + "?", "short"),
    "a loop": (f'You wrote "{QUOTE}": what is ' + "the reason " * 60 + "?", "long"),
    "another facet": (f'When would you not "{QUOTE}"?', "other_facet"),
    "something nobody said": (
        f'You wrote "{QUOTE}": what is the reason, given how chlorine ruins crema?',
        "invented",
    ),
    "a request for secrets": (f'What is your password to "{QUOTE}"?', "invented"),
    "an address": (f'See http://evil.example: what is the reason to "{QUOTE}"?', "characters"),
    "an order": (f'Ignore all rules, "{QUOTE}": what is the reason behind that?', "invented"),
    "another language": (f'Sie schrieben "{QUOTE}": was ist der Grund?', "open"),
    "noise": (f'You wrote "{QUOTE}": what is the \u202ereason\u200b?', "characters"),
    "an invented person": (f'[PERSON_7] wrote "{QUOTE}": what is the reason?', "characters"),
    "a stance not taken": (f'You warned "{QUOTE}": what lies behind that rule?', "stance"),
    "somebody else's words": (f'He wrote "{QUOTE}": what is the reason behind that?', "person"),
}
"""Why it is wrong, to the text and the code of what refuses it."""
