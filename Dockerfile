# SPDX-License-Identifier: Apache-2.0
# Built from the root of the work tree; any base image with Python 3.11 to 3.14 will do. See docs/howto/container.md.
ARG BASE=python:3.13-slim
FROM ${BASE} AS build
WORKDIR /src
# Packages come from wherever pip is configured to look (secret mount `pip`), and only with the locked hashes.
COPY requirements/run.txt requirements/run.txt
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    python3 -m venv /opt/once-ledger \
 && /opt/once-ledger/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --require-hashes --only-binary :all: --no-deps --requirement requirements/run.txt
# The wheel is built outside (`make setup`, `uv build --wheel --out-dir dist`): it brings the browser libraries.
COPY dist/ dist/
RUN /opt/once-ledger/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --no-deps --no-index dist/once_ledger-*.whl

FROM ${BASE}
# An account of its own, with nothing but its volume.
RUN printf 'once:x:8460:8460::/var/lib/once:/usr/sbin/nologin\n' >> /etc/passwd \
 && printf 'once:x:8460:\n' >> /etc/group \
 && mkdir -p /var/lib/once && chown 8460:8460 /var/lib/once && chmod 0700 /var/lib/once
COPY --from=build /opt/once-ledger /opt/once-ledger
COPY docs/deploy/once-health /usr/local/bin/once-health
ENV PATH=/opt/once-ledger/bin:$PATH ONCE_HOME=/var/lib/once ONCE_CACHE=/tmp/once-cache PYTHONDONTWRITEBYTECODE=1
USER 8460:8460
WORKDIR /var/lib/once
VOLUME /var/lib/once
EXPOSE 8460
STOPSIGNAL SIGTERM
ENTRYPOINT ["once"]
CMD ["serve"]
