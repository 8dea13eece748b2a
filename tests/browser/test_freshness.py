"""Somebody opens the link of a letter and says with one click that an entry is still correct."""

from datetime import UTC, datetime

import psycopg
from playwright.sync_api import expect

from clusterix.curation.freshness.answering import SIGNER
from tests.browser.conftest import Open
from tests.browser.looks import complaints_in_every_look

ASKED = """
INSERT INTO freshness_ask (content_type_id, object_id, partner_id, reference, version, asked_at)
SELECT kind.id, entry.id, entry.owner_id, 'by-the-browser', 'earlier', %(at)s
FROM initiatives_initiative entry, django_content_type kind
WHERE entry.slug = 'vanguard-initiative'
    AND kind.app_label = 'initiatives' AND kind.model = 'initiative'
"""
PUBLISHER = """
SELECT member.user_id FROM curation_membership member
JOIN initiatives_initiative entry ON entry.slug = 'vanguard-initiative'
WHERE member.role = 'secretariat'
    OR (member.role = 'publisher' AND member.partner_id = entry.owner_id)
LIMIT 1
"""


def test_the_link_of_a_letter_leads_to_one_button(open_page: Open, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(ASKED, {"at": datetime.now(UTC)})
        row = connection.execute(PUBLISHER).fetchone()
    assert row
    page = open_page(f"/still-correct/{SIGNER.sign(f'by-the-browser-{row[0]}')}/")
    before = complaints_in_every_look(page)

    page.get_by_role("button", name="Still correct").click()

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert before == {}
    assert complaints_in_every_look(page) == {}
