"""Numbering initiatives in the order in which they are seen to be public."""

from django.db import connection, transaction

from initiatives.following.models import Announcement

AT_A_TIME = 1_000


def announce() -> int:
    """Give every public initiative that has none a number; the last number there is.

    The lock is held until the transaction ends, so that no number becomes visible before a lower
    one. What somebody publishes without having committed yet is numbered the next time.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('announcing', 0))")
        missing = Announcement.missing().order_by("published_at", "pk").values_list("pk", flat=True)
        Announcement.objects.bulk_create(
            [Announcement(initiative_id=pk) for pk in missing], batch_size=AT_A_TIME
        )
        return Announcement.objects.last_number()
