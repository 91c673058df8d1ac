# docker build -t impasto .                          the server, which also works on jobs
# docker build -t impasto-lambda --target lambda .   the same bundle as a Lambda container image

FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run package:bundle

FROM public.ecr.aws/lambda/nodejs:22 AS lambda
COPY --from=build /build/build/bundle ${LAMBDA_TASK_ROOT}
CMD ["api.stream"]

FROM node:22-bookworm-slim AS server
# Others reach a container: it starts when there are keys, or with ACCESS=open; see docs/access.md.
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps HOST=0.0.0.0
ENV MODELS_DIR=/app/models DIST_DIR=/app DATA_DIR=/data
# ffmpeg paints videos.
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
RUN mkdir /data && chown node:node /data
COPY --from=build /build/build/bundle /app
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s CMD ["node", "/app/health-check.js"]
CMD ["node", "/app/server.js"]
