# The hospital in a container: Debian slim, a user without rights, and nothing that it writes into its own image.
# Run it with a read-only root: /data and /backups are volumes, /tmp is a tmpfs. See compose.yaml.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements.txt /
RUN /venv/bin/pip install --no-input -r /requirements.txt
COPY . /app
WORKDIR /app
# Collecting needs no secret, and none is in the image.
RUN DEBUG=false DATABASE_URL=sqlite:////tmp/unused.sqlite3 \
    /venv/bin/python manage.py collectstatic --no-input --verbosity 0 --ignore '*.map' \
    && /venv/bin/python -m compileall -q .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin hospital \
    && install -d -o hospital -g hospital -m 0700 /data /backups
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DEBUG=false \
    DATABASE_URL=sqlite:////data/hospital.sqlite3 \
    UPLOADS_FOLDER=/data/uploads \
    OUTBOX_FOLDER=/data/outbox \
    BACKUP_FOLDER=/backups
USER 10001
VOLUME ["/data", "/backups"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["python", "tools/healthy.py"]
CMD ["gunicorn", "hospital.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "16", "--graceful-timeout", "10", "--keep-alive", "75", \
     "--worker-tmp-dir", "/tmp", "--no-control-socket"]
