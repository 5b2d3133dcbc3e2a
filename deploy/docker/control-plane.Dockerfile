# Control plane, web app and embedded database. Build from the repository's root:
#   docker build -f deploy/docker/control-plane.Dockerfile -t llm-loadtest .
FROM node:24-bookworm-slim
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund && npm run build:web && npm cache clean --force \
 && mkdir /data && chown node:node /data

# Nothing below needs root; only /data is written to.
USER node
ENV HOST=0.0.0.0 PORT=8787 DATA_DIR=/data
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/api/v1/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/local/src/start.ts", "--no-simulator", "--no-agent"]
