"""What of the catalogue is about people: nothing but what its public texts say."""

TERM = "key labels"
SOURCE = "about claim url title publisher"

NOT_PERSONAL = {
    "initiatives.Theme": TERM,
    "initiatives.Ecosystem": TERM,
    "initiatives.TargetGroup": TERM,
    "initiatives.Initiative": (
        "key slug title acronym summary description website currency funding_source problem "
        "how_it_works stakeholders resources results challenges transferability "
        "further_information"
    ),
    "initiatives.InitiativeWords": "title document",
    "initiatives.InitiativeSource": SOURCE,
    "initiatives.InitiativeLink": "label url",
    "initiatives.Evidence": "indicator unit source_url",
    "initiatives.Precondition": "text",
    "initiatives.Transfer": "what_changed link",
    "initiatives.Lesson": "text",
}
