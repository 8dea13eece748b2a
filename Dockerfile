# The site and its worker in one image: built with what it needs, run with nothing more.

FROM python:3.11.14-slim-bookworm AS build
WORKDIR /srv/clusterix
RUN python -m venv /opt/venv
COPY requirements.txt ./
RUN /opt/venv/bin/pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes -r requirements.txt
COPY . .
# The settings refuse to start without these; collecting files uses none of them.
RUN SECRET_KEY=unused SITE_URL=https://unused.invalid DATABASE_URL=postgres://unused.invalid/unused \
    /opt/venv/bin/python manage.py collectstatic --noinput

FROM python:3.11.14-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /srv/clusterix
RUN useradd --system --uid 10001 --no-create-home clusterix && install -d -o clusterix /srv/media
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/clusterix ./
USER clusterix
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "deploy/probe.py", "http://127.0.0.1:8000/healthz/"]
CMD ["gunicorn", "clusterix.wsgi", "--bind=0.0.0.0:8000", "--workers=2", "--threads=4", \
     "--timeout=30", "--limit-request-line=8190", "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
