"""Freshness holds nothing about people: letters are mails, and checks are versions of entries.

The addresses of links are those in public entries, and go on the night after they went there.
"""

NOT_PERSONAL = {
    "freshness.Ask": "reference version",
    "freshness.CheckedLink": "url host answer",
}
