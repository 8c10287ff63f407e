# The platform in one image. Data lives in /var/lib/slipway-home: mount a volume there.
FROM node:24-bookworm-slim AS build
WORKDIR /opt/slipway
COPY package.json package-lock.json .npmrc ./
COPY tools/prepare.js tools/
RUN npm ci --ignore-scripts
COPY . .
RUN node tools/prepare.js && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-venv \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --home-dir /var/lib/slipway-home --create-home slipway
COPY --from=build /opt/slipway /opt/slipway
ENV PATH=/opt/slipway/bin:$PATH SLIPWAY_HOME=/var/lib/slipway-home SLIPWAY_HOST=0.0.0.0
USER slipway
VOLUME /var/lib/slipway-home
EXPOSE 4600 4680
# Give SLIPWAY_TLS_CERT and SLIPWAY_TLS_KEY, or SLIPWAY_INSECURE_LISTEN=1 behind a proxy that ends TLS.
CMD ["/opt/slipway/bin/slipway.js", "up"]
