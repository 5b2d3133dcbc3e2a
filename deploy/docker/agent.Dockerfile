# The agent, for the machine of the LLM server. Build from the repository's root:
#   docker build -f deploy/docker/agent.Dockerfile -t llm-loadtest-agent .
FROM node:24-bookworm-slim AS package
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund && mkdir /package && npm pack -w llm-loadtest --pack-destination /package

FROM node:24-bookworm-slim
COPY --from=package /package/*.tgz /tmp/agent.tgz
RUN npm install --global --no-audit --no-fund /tmp/agent.tgz && rm /tmp/agent.tgz && npm cache clean --force \
 && mkdir /state && chown node:node /state

# What NVIDIA's container toolkit hands in when started with --gpus: NVML alone, no CUDA.
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=utility
USER node
VOLUME /state
ENTRYPOINT ["agent", "--state-dir", "/state"]
