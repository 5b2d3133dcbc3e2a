import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for a control plane of one's own, and how to remove it. */
export function temporaryDataDir(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'control-plane-'))
  return { path, remove: () => rmSync(path, { recursive: true }) }
}
