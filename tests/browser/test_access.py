"""Somebody accepts an invitation, sets up a passkey, and signs in with it."""

import hashlib

import psycopg
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

INVITE = """
INSERT INTO invitations_invitation
  (partner_id, email, role, secret_hash, made_at, expires_at)
SELECT min(id), 'passkey@agency.example', 'editor', %s, now(), now() + interval '1 day'
FROM curation_partner
"""


def test_an_invited_editor_signs_in_with_a_passkey(
    browser: Browser, site: str, database: str
) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(INVITE, [hashlib.sha256(b"a-secret").hexdigest()])
    here = site.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=here, viewport={"width": 360, "height": 780})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    page.goto("/accounts/invitation/a-secret/")
    wrong = [Axe().run(page).response["violations"]]
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Åström")
    page.locator("#id_password1").fill("a long way to Malmö")
    page.locator("#id_password2").fill("a long way to Malmö")
    page.get_by_role("button", name="Open the account").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.wait_for_url("**/reauthenticate/**")
    page.get_by_label("Password", exact=True).fill("a long way to Malmö")
    page.get_by_role("main").get_by_role("button", name="Go on").click()
    wrong.append(Axe().run(page).response["violations"])
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto("/accounts/2fa/webauthn/")
    wrong.append(Axe().run(page).response["violations"])
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto("/accounts/login/")
    wrong.append(Axe().run(page).response["violations"])
    page.get_by_role("button", name="Use a passkey").click()

    expect(page).to_have_url(f"{here}/admin/")
    context.close()
    assert wrong == [[], [], [], []]
    assert complaints == []
