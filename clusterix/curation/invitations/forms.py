"""The forms by which partners invite somebody, and by which those open their account."""

from typing import Any, cast

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clusterix.curation.invitations.models import Invitation
from clusterix.curation.models import Membership, Partner, User


class InvitationForm(forms.ModelForm[Invitation]):
    """Whom to invite, for which partner, in which role."""

    inviter: User

    class Meta:
        model = Invitation
        fields = ("partner", "email", "role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            roles = cast("forms.ChoiceField", self.fields["role"])
            roles.choices = [
                (role.value, role.label)
                for role in Membership.Role
                if role != Membership.Role.SECRETARIAT or self.inviter.is_secretariat
            ]

    def clean(self) -> dict[str, Any]:
        """Nobody is invited who belongs to the partner; the secretariat is the programme's own."""
        told = super().clean() or {}
        partner: Partner | None = told.get("partner")
        email = told.get("email", "")
        if partner and partner.members.filter(email__iexact=email).exists():
            self.add_error("email", _("They belong to this partner already."))
        if partner and told.get("role") == Membership.Role.SECRETARIAT and not partner.is_programme:
            self.add_error(
                "role", _("Only members of the programme's own partner can be its secretariat.")
            )
        if partner and self._is_invited(partner, email):
            self.add_error(
                "email", _("This address is invited already. Send that invitation again.")
            )
        return told

    def _is_invited(self, partner: Partner, email: str) -> bool:
        pending = Invitation.objects.for_address(email).pending().filter(expires_at__gt=Now())
        return pending.filter(partner=partner).exists()


class EnrolForm(BaseUserCreationForm[User]):
    """How one is called, and the password of the account that is opened."""

    first_name = forms.CharField(
        label=_("First name"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "family-name"}),
    )

    class Meta:
        model = User
        fields = ("first_name", "last_name")

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.email = email
        for name in ("password1", "password2"):
            self.fields[name].widget.attrs.pop("aria-describedby", None)
            self.fields[name].help_text = ""
        self.fields["password1"].help_text = _("At least eight characters, and no common word.")

    def account(self) -> User:
        """The account, once the form is valid; not yet saved."""
        return self.save(commit=False)
