import { arch, availableParallelism, cpus, hostname, release, totalmem, type } from 'node:os'
import type { AgentHost } from '@llm-loadtest/schema'

/** The machine the agent runs on. */
export function describeHost(): AgentHost {
  return {
    hostname: hostname().slice(0, 255),
    os: `${type()} ${release()}`.slice(0, 200),
    arch: arch(),
    node: process.versions.node,
    cpu_model: (cpus()[0]?.model.trim() || 'unknown').slice(0, 200),
    cpus: availableParallelism(),
    memory_bytes: totalmem(),
  }
}
