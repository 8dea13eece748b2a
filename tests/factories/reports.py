"""Errors that readers report."""

import uuid

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from clusterix.curation.reports.models import Report
from tests.factories.initiatives import InitiativeFactory


class ReportFactory(DjangoModelFactory[Report]):
    """Open, on an initiative, from a reader who wants an answer."""

    class Meta:
        model = Report

    entry = factory.SubFactory(InitiativeFactory)
    text = "It began in 2013, not in 2015."
    email = "reader@example.org"
    created_at = factory.LazyFunction(timezone.now)
    idempotency_key = factory.LazyFunction(uuid.uuid4)
