"""What the worker does about imports."""

from django.db.models import BigIntegerField, Exists, OuterRef
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from clusterix.curation.batches import keeping, steps
from clusterix.curation.batches.models import BatchQuerySet, ImportBatch


@app.task(name="batches.work")
def work(batch: int) -> None:
    """Take the next step of an import."""
    steps.work(batch)


@app.periodic(cron="* * * * *")
@app.task(name="batches.sweep", queueing_lock="batches.sweep")
def sweep(timestamp: int) -> None:
    """Give each import that waits for a step and has no job one."""
    for pk in forgotten().values_list("pk", flat=True):
        work.defer(batch=pk)


@app.periodic(cron="47 3 * * *")
@app.task(name="batches.forget")
def forget(timestamp: int) -> None:
    """Remove files and what is told of rows once their time is over."""
    now = timezone.now()
    keeping.forget_files(now)
    keeping.forget_former_states(now)
    keeping.sweep_files(now)


def forgotten() -> BatchQuerySet:
    """Imports that wait for a step which no job will take."""
    alive = ProcrastinateJob.objects.filter(task_name=work.name, status__in=["todo", "doing"])
    jobs = alive.annotate(batch=Cast(KT("args__batch"), BigIntegerField()))
    return ImportBatch.objects.in_work().exclude(Exists(jobs.filter(batch=OuterRef("pk"))))
