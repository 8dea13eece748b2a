"""What the worker does about mail."""

from asgiref.sync import sync_to_async
from django.utils import timezone
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from clusterix.mail import delivery
from clusterix.mail.personal import purge_mails

FIRST_WAIT = 10
LONGEST_WAIT = 3_600


class Patience(BaseRetryStrategy):
    """Tries again for ever: after ten seconds, then twice as long each time, up to an hour."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """When to try again; the first failure comes with no attempts counted."""
        doublings = min(job.attempts, 10)
        return RetryDecision(retry_in={"seconds": min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)})


@app.task(name="mail.deliver", retry=Patience())
def deliver(message: int) -> None:
    """Deliver the mail with that id."""
    delivery.deliver(message)


@app.periodic(cron="* * * * *")
@app.task(name="mail.sweep")
async def sweep(timestamp: int) -> None:
    """Pick up what killed workers left: jobs they were at, and mails that have no job."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)
    await sync_to_async(deliver_forgotten)()


def deliver_forgotten() -> None:
    """Give each waiting mail without a job one."""
    for pk in delivery.forgotten(deliver.name).values_list("pk", flat=True):
        deliver.defer(message=pk)


@app.periodic(cron="17 3 * * *")
@app.task(name="mail.purge")
def purge(timestamp: int) -> None:
    """Delete mails that were delivered or refused long ago; see `KEPT`."""
    purge_mails(timezone.now())
