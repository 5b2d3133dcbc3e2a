import { z } from 'zod'

const HEAD_END = '\r\n\r\n'

const Body = z.object({ max_tokens: z.int().min(1) })

/** A completion that was asked for. */
export type TruthRequest = { id: string; tokens: number }

function header(head: string, name: string): string | null {
  return new RegExp(`\\r\\n${name}: *([^\\r]*)`, 'i').exec(head)?.[1] ?? null
}

/**
 * Reads requests off one connection. Only what the agent sends is understood: a head with content-length and x-request-id, a
 * JSON body with max_tokens, and no request before the one ahead of it is answered.
 */
export class TruthRequestReader {
  #bytes: Buffer = Buffer.alloc(0)

  /** The request that these bytes complete; null when more is to come. Throws on what is no such request. */
  read(bytes: Buffer): TruthRequest | null {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes])
    const headEnd = this.#bytes.indexOf(HEAD_END)
    if (headEnd < 0) return null
    const head = this.#bytes.toString('latin1', 0, headEnd)
    const bodyStart = headEnd + HEAD_END.length
    const end = bodyStart + Number(header(head, 'content-length') ?? 0)
    if (this.#bytes.length < end) return null
    const body: unknown = JSON.parse(this.#bytes.toString('utf8', bodyStart, end))
    this.#bytes = this.#bytes.subarray(end)
    return { id: header(head, 'x-request-id') ?? '', tokens: Body.parse(body).max_tokens }
  }
}
