import { readFileSync } from 'node:fs'
import { printable } from '../printable.ts'
import type { NvmlLibrary } from './nvml.ts'
import { TEXT_BYTES } from './nvml-constants.ts'

/** What a process is called, and the session it belongs to on its host; null where that cannot be seen. */
export type ProcessName = { name: string | null; session: number | null }

const MAX_NAME = 200

/** The session, sixth field of /proc/PID/stat; the second, in parentheses, may have any character. */
export function sessionIn(stat: string): number | null {
  const [, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const id = Number(session)
  return session !== undefined && Number.isInteger(id) ? id : null
}

function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    // Not Linux, another's process, or one that has ended: null says so.
    return null
  }
}

/** Names and sessions of processes. Each is looked up once as long as it stays on a device. */
export class ProcessNames {
  readonly #library: NvmlLibrary
  readonly #known = new Map<number, ProcessName>()
  readonly #seen = new Set<number>()

  constructor(library: NvmlLibrary) {
    this.#library = library
  }

  of(pid: number): ProcessName {
    const known = this.#known.get(pid) ?? this.#lookUp(pid)
    this.#known.set(pid, known)
    this.#seen.add(pid)
    return known
  }

  /** Forgets those not asked for since the last call: their ids may be given to others. */
  forgetUnseen(): void {
    for (const pid of this.#known.keys()) {
      if (!this.#seen.has(pid)) this.#known.delete(pid)
    }
    this.#seen.clear()
  }

  #lookUp(pid: number): ProcessName {
    const stat = readProc(pid, 'stat')
    return { name: this.#name(pid), session: stat === null ? null : sessionIn(stat) }
  }

  /** NVML has the program's path, or what the process calls itself; its last part is what people know. */
  #name(pid: number): string | null {
    const path = this.#library.text('nvmlSystemGetProcessName', TEXT_BYTES.processName, pid)
    const name = path?.split(/[/\\]/).at(-1)?.trim() || readProc(pid, 'comm')?.trim()
    return name ? printable(name).slice(0, MAX_NAME) : null
  }
}
