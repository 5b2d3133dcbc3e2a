import type { Command } from 'commander'
import { addGpuFlags, type GpuFlags } from './gpu-flags.ts'

/** What commander makes of the flags that join a control plane. */
export type JoinFlags = GpuFlags & {
  token?: string
  controlPlane?: string
  allowTarget?: string[]
  slots?: string
  stateDir?: string
  dataDir?: string
  workers?: string
}

/** Adds the flags of joining to a command. */
export function addJoinFlags(command: Command): Command {
  const joining = command
    .option('--token <token>', 'join a control plane as the agent of this token (or LLM_LOADTEST_TOKEN)')
    .option('--control-plane <url>', 'its address (or LLM_LOADTEST_URL; default: http://127.0.0.1:8787)')
    .option('--allow-target <targets...>', 'HOST or HOST:PORT: load these servers only (default: any)')
    .option('--slots <count>', 'runs at the same time (default: 1)')
    .option('--state-dir <dir>', 'folder for what is not acknowledged yet (default: ~/.llm-loadtest)')
    .option('--data-dir <dir>', 'folder of the datasets and tokenizers that runs may name (default: none)')
    .option('--workers <count>', 'most load worker threads of a run (default: one per spare core, at most 8)')
  return addGpuFlags(joining)
}
