import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { pinned, SERVER_CORE } from '../pinning.ts'

const SOURCE = fileURLToPath(new URL('truth-server.c', import.meta.url))

/** The compiled server, in a temporary folder until it is removed. */
export type TruthProgram = { path: string; remove(): void }

/** Compiles the server. Throws when there is no C compiler, or no Linux. */
function buildTruthServer(): TruthProgram {
  const folder = mkdtempSync(join(tmpdir(), 'truth-server-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const path = join(folder, 'truth-server')
  const { status, error, stderr } = spawnSync('cc', ['-O2', '-o', path, SOURCE], { encoding: 'utf8' })
  if (status === 0) return { path, remove }
  remove()
  throw new Error(
    error
      ? `The ground-truth server needs a C compiler: install one that answers to "cc". (${error.message})`
      : `cc could not compile the ground-truth server, which needs Linux:\n${stderr}`,
  )
}

/** Does a benchmark with the compiled server; ends the process with status 2 when it cannot be compiled here. */
export async function withTruthProgram(benchmark: (program: TruthProgram) => Promise<void>): Promise<void> {
  let program: TruthProgram
  try {
    program = buildTruthServer()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(2)
  }
  try {
    await benchmark(program)
  } finally {
    program.remove()
  }
}

export type TruthServer = { url: string; stop(): Promise<void> }

/**
 * Starts the server on a free port.
 * @param pace tokens a stream, and the time between two of them in ms
 */
export async function startTruthServer(
  program: TruthProgram,
  pace: { tokens: number; itlMs: number },
): Promise<TruthServer> {
  const args = [String(pace.tokens), String(Math.round(pace.itlMs * 1000))]
  const server = spawn(...pinned(SERVER_CORE, program.path, args), { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(server, 'exit')
  const port = await Promise.race([
    once(createInterface(server.stdout), 'line').then(([line]) => Number(line)),
    exited.then(([code]) => {
      throw new Error(`the ground-truth server ended with status ${String(code)}`)
    }),
  ])
  return {
    url: `http://127.0.0.1:${port}`,
    // It ends with its standard input, so it cannot outlive this process either.
    async stop() {
      server.stdin.end()
      await exited
    },
  }
}
