"""`manage.py load_demo`: accounts to try the admin with, on a developer's machine only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clusterix.curation.models import Membership, Partner, User

PASSWORD = "cluster-by-cluster"  # noqa: S105 (everyone may know it: see handle)

ACCOUNTS = (
    ("editor@clusterix.example", "Elsa", "Editor", "region-skane", Membership.Role.EDITOR),
    ("publisher@clusterix.example", "Per", "Publisher", "region-skane", Membership.Role.PUBLISHER),
    ("secretariat@clusterix.example", "Sam", "Secretary", "clusterix", Membership.Role.SECRETARIAT),
)


class Command(BaseCommand):
    """Makes an editor, a publisher and a member of the secretariat who all know one password."""

    help = "Make demo accounts and print how to sign in. Refuses to without DEBUG."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print the sign-ins; CommandError where they would be a way in for strangers."""
        if not settings.DEBUG:
            raise CommandError("Demo accounts have a password that everyone knows: DEBUG only.")
        with transaction.atomic():
            for account in ACCOUNTS:
                self.stdout.write(self.sign_in(*account))

    def sign_in(self, email: str, given: str, family: str, partner: str, role: str) -> str:
        """How to sign in as that user, who is made, or given the password and role again."""
        team = Partner.objects.filter(slug=partner).first()
        if not team:
            raise CommandError(f"There is no partner “{partner}” yet: run load_content first.")
        names = {"first_name": given, "last_name": family}
        user, _is_new = User.objects.get_or_create(email=email, defaults=names)
        if not (user.is_staff and user.is_active and user.check_password(PASSWORD)):
            user.is_staff = user.is_active = True
            user.set_password(PASSWORD)
            user.save()
        Membership.objects.update_or_create(user=user, partner=team, defaults={"role": role})
        return f"{Membership.Role(role).label:<12} {email}  {PASSWORD}  ({team})"
