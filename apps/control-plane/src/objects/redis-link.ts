import { DurableObject } from 'cloudflare:workers'
import { Redis } from 'ioredis'
import { readSettings, type WorkerEnv } from '../env.ts'
import { logError } from '../log.ts'
import { PendingErasures } from './redis-link/pending-erasures.ts'

const CONNECT_TIMEOUT_MS = 200
const COMMAND_TIMEOUT_MS = 100
/** How long Redis is left alone after it failed, so that not every request waits for it. */
const REST_MS = 2_000

/**
 * The one connection to Redis: workerd ties a connection to the request that opened it, except in an object. Redis
 * absent, slow or dying is no error here: then nothing is found, and nothing is kept.
 */
export class RedisLink extends DurableObject<WorkerEnv> {
  #redis: Redis | null = null
  #restUntilMs = 0
  readonly #pending = new PendingErasures(this.ctx.storage.sql)

  async read(key: string): Promise<string | null> {
    if (this.#pending.has(key)) return null
    return this.#use((redis) => redis.get(key))
  }

  async write(key: string, text: string, ttlSeconds: number): Promise<void> {
    if (this.#pending.has(key)) return
    await this.#use((redis) => redis.set(key, text, 'EX', ttlSeconds))
  }

  /** Noted before it is tried: a Redis that is away must not give a deleted result when it comes back. */
  async erase(key: string): Promise<void> {
    this.#pending.add(key)
    await this.#use(() => Promise.resolve(null))
  }

  /** Whether Redis answers now. */
  async answers(): Promise<boolean> {
    return (await this.#use((redis) => redis.ping())) !== null
  }

  /** Null when Redis cannot be used. */
  async #use<T>(command: (redis: Redis) => Promise<T>): Promise<T | null> {
    if (Date.now() < this.#restUntilMs) return null
    try {
      const redis = await this.#connected()
      await this.#eraseWhatIsPending(redis)
      const answer = await command(redis)
      this.#restUntilMs = 0
      return answer
    } catch (error) {
      this.#fail(error)
      return null
    }
  }

  async #eraseWhatIsPending(redis: Redis): Promise<void> {
    const keys = this.#pending.all()
    if (keys.length === 0) return
    await redis.del(...keys)
    this.#pending.remove(keys)
  }

  async #connected(): Promise<Redis> {
    if (this.#redis?.status === 'ready') return this.#redis
    this.#redis?.disconnect()
    const { redisUrl } = readSettings(this.env)
    if (redisUrl === undefined) throw new Error('REDIS_URL is not set')
    const redis = new Redis(redisUrl, {
      lazyConnect: true,
      connectTimeout: CONNECT_TIMEOUT_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      // The next command connects again; a timer would keep this object awake for nothing.
      retryStrategy: null,
      disableClientInfo: true,
    })
    // Each failure reaches a command as well, and is logged there.
    redis.on('error', () => undefined)
    this.#redis = redis
    await redis.connect()
    return redis
  }

  #fail(error: unknown): void {
    this.#redis?.disconnect()
    this.#redis = null
    this.#restUntilMs = Date.now() + REST_MS
    logError('Redis cannot be used: results are read from the database', error)
  }
}
