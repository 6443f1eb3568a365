# The libraries are installed in a first image, so that pip and setuptools stay behind in it.
FROM python:3.11-slim-bookworm AS libraries

WORKDIR /build
COPY pyproject.toml constraints.txt ./
RUN python -m venv /opt/build \
    && python -m venv --without-pip /opt/leaders-bot \
    && /opt/build/bin/pip --python /opt/leaders-bot/bin/python install --no-cache-dir \
        --constraint constraints.txt setuptools \
    && /opt/build/bin/pip --python /opt/leaders-bot/bin/python install --no-cache-dir \
        --no-build-isolation --constraint constraints.txt '.[postgres]' \
    && /opt/build/bin/pip --python /opt/leaders-bot/bin/python uninstall --yes setuptools

FROM python:3.11-slim-bookworm

RUN pip uninstall --yes pip setuptools wheel \
    && useradd --uid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin leaders-bot \
    && install --directory --owner leaders-bot --group leaders-bot /data

COPY --from=libraries /opt/leaders-bot /opt/leaders-bot
WORKDIR /app
COPY manifest.yaml ./
COPY bot ./bot
COPY handlers ./handlers
COPY jobs ./jobs
COPY storage ./storage
RUN python -m compileall -q bot handlers jobs storage

# A container is reached from outside, so it listens on every address; what it keeps is in /data.
ENV PATH=/opt/leaders-bot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATABASE_URL=sqlite:////data/leaders.db \
    KEYS_DIR=/data
USER 10001
VOLUME /data
EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]

CMD ["python", "-m", "bot", "run"]
