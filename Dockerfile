# One image, two commands: /app/webhook.js and /app/controller.js. The build sees what .dockerignore lets through, the
# image holds the bundles alone: no node_modules, no shell, no package manager.
FROM node:26.10.0-trixie-slim@sha256:ec7758ee051e457b468b32bde57b0879010b325bb9862718e9615225ce4aaae1 AS build
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN node build.ts --directory /app

FROM gcr.io/distroless/nodejs26-debian13:nonroot@sha256:afc6657a4b662f9cb69ca892b0596e55d6ef81a10e83ee8887b13f602877df89
ENV PATH=/nodejs/bin NODE_ENV=production
WORKDIR /app
COPY --from=build --chmod=0444 /app/package.json /app/webhook.js /app/webhook.js.LEGAL.txt /app/controller.js /app/controller.js.LEGAL.txt ./
USER 65532:65532
ENTRYPOINT ["node", "--disable-proto=delete"]
CMD ["/app/controller.js", "--help"]
