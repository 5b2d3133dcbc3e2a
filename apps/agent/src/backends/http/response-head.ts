/** The server's bytes are not HTTP/1.1 as RFC 9112 has it. */
export class HttpSyntaxError extends Error {
  override readonly name = 'HttpSyntaxError'
  readonly code = 'HTTP_SYNTAX'
  constructor(what: string) {
    super(`the server's answer is not valid HTTP/1.1: ${what}`)
  }
}

/** The server speaks another protocol. */
export class NotHttpError extends Error {
  override readonly name = 'NotHttpError'
  readonly code = 'NOT_HTTP'
  /** @param answer the first bytes of it, each a character */
  constructor(answer: string) {
    const hint = answer.startsWith(TLS_ALERT) ? ', but TLS: try https' : ''
    super(
      `what answers there is not HTTP${hint}: it begins with ${JSON.stringify(answer.trim().slice(0, 40))}`,
    )
  }
}

const TLS_ALERT = '\x15\x03'
const HTTP = 'HTTP/'

/** Throws NotHttpError when no head can begin like this. */
export function expectHttp(text: string): void {
  const begun = text.trimStart().slice(0, HTTP.length)
  if (!HTTP.startsWith(begun)) throw new NotHttpError(text)
}

/** How the end of a body is found. Source: RFC 9112, section 6.3. */
export type Framing = { kind: 'none' | 'chunked' | 'until-close' } | { kind: 'length'; bytes: number }

export type ResponseHead = {
  status: number
  /** By lower-case name; repeated ones are joined by a comma. */
  headers: ReadonlyMap<string, string>
  framing: Framing
  /** Whether the connection may carry another request after this response. */
  keepAlive: boolean
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: |$)/
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

function readHeaders(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    if (colon < 1 || !FIELD_NAME.test(name)) throw new HttpSyntaxError(`header line ${JSON.stringify(line)}`)
    const value = line.slice(colon + 1).trim()
    const earlier = headers.get(name)
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`)
  }
  return headers
}

const tokens = (value: string | undefined): string[] =>
  (value ?? '').split(',').map((token) => token.trim().toLowerCase())

function framingOf(status: number, headers: ReadonlyMap<string, string>): Framing {
  if (status < 200 || status === 204 || status === 304) return { kind: 'none' }
  const coding = headers.get('transfer-encoding')
  if (coding !== undefined) return { kind: tokens(coding).at(-1) === 'chunked' ? 'chunked' : 'until-close' }
  const length = headers.get('content-length')
  if (length === undefined) return { kind: 'until-close' }
  // A list of equal values is one value that was repeated on the way.
  const [first = '', ...others] = tokens(length)
  if (!/^[0-9]{1,15}$/.test(first) || others.some((other) => other !== first)) {
    throw new HttpSyntaxError(`content-length ${JSON.stringify(length)}`)
  }
  return { kind: 'length', bytes: Number(first) }
}

/** Reads the head of a response: everything before the empty line. Throws HttpSyntaxError, or NotHttpError. */
function parseHead(text: string): ResponseHead {
  expectHttp(text)
  // A line that begins with a space continues the one before (obs-fold).
  const [statusLine = '', ...lines] = text
    .replace(/\r?\n[\t ]+/g, ' ')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '')
  const [, minor, status] = STATUS_LINE.exec(statusLine) ?? []
  if (status === undefined)
    throw new HttpSyntaxError(`status line ${JSON.stringify(statusLine.slice(0, 100))}`)
  const headers = readHeaders(lines)
  const framing = framingOf(Number(status), headers)
  const wishes = tokens(headers.get('connection'))
  const keepAlive = minor === '1' ? !wishes.includes('close') : wishes.includes('keep-alive')
  return { status: Number(status), headers, framing, keepAlive: keepAlive && framing.kind !== 'until-close' }
}

/** Reads heads. A server's heads are the same for a second or so, until its date changes: those are read once. */
export class HeadReader {
  #text = ''
  #head: ResponseHead | null = null

  /** @param text everything before the empty line. Throws HttpSyntaxError. */
  read(text: string): ResponseHead {
    if (this.#head === null || text !== this.#text) {
      this.#head = parseHead(text)
      this.#text = text
    }
    return this.#head
  }
}
