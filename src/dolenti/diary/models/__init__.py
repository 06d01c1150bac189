"""What passes between a patient's phone and the clinic: a link, an answer, an alert."""

from dolenti.diary.models.alerts import Alert, AlertEvent
from dolenti.diary.models.links import Code, Link
from dolenti.diary.models.messages import Message, Reach
from dolenti.diary.models.said import Answer, ConsentReply, History, Stop, Wish

__all__ = [
    "Alert",
    "AlertEvent",
    "Answer",
    "Code",
    "ConsentReply",
    "History",
    "Link",
    "Message",
    "Reach",
    "Stop",
    "Wish",
]
