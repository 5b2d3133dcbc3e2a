import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { waitFor } from './wait.ts'

const EXECUTABLE = 'redis-server'
const PASSWORD = 'a-redis-password'

export const redisInstalled = spawnSync(EXECUTABLE, ['--version']).status === 0
if (!redisInstalled) process.stderr.write('Tests of the Redis cache are skipped: there is no redis-server\n')

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** A real Redis that wants a password, on a port of its own, which may be paused, killed and started again. */
export class RedisServer {
  readonly password = PASSWORD
  readonly #folder = mkdtempSync(join(tmpdir(), 'redis-'))
  readonly #port: number
  #process: ReturnType<typeof spawn> | null = null

  private constructor(port: number) {
    this.#port = port
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort())
    await server.start().catch(async (error: unknown) => {
      await server.remove()
      throw error
    })
    return server
  }

  get url(): string {
    return `redis://:${PASSWORD}@127.0.0.1:${this.#port}`
  }

  async start(): Promise<void> {
    const args = ['--port', `${this.#port}`, '--bind', '127.0.0.1', '--requirepass', PASSWORD]
    const files = ['--save', '', '--appendonly', 'no', '--dir', this.#folder]
    this.#process = spawn(EXECUTABLE, [...args, ...files], { stdio: 'ignore' })
    await waitFor('Redis to answer', () => this.command((redis) => redis.ping()).catch(() => undefined))
  }

  /** Runs a command on a connection of its own. */
  async command<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.url, { lazyConnect: true, retryStrategy: null })
    redis.on('error', () => undefined)
    try {
      await redis.connect()
      return await work(redis)
    } finally {
      redis.disconnect()
    }
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(name)
  }

  async kill(): Promise<void> {
    const running = this.#process
    this.#process = null
    if (running === null) return
    const gone = new Promise((resolve) => running.once('close', resolve))
    running.kill('SIGKILL')
    await gone
  }

  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true })
  }
}
