import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'

const Line = z.object({ seq: z.int().min(1), type: z.string() })
const CHUNK_BYTES = 1024 * 1024
const LF = 10

export type ScannedSpool = {
  places: { offset: number; bytes: number }[]
  /** Whether the last event ends its run. */
  complete: boolean
  /** Length of the part that holds whole, consecutive events. */
  validBytes: number
}

function parseLine(line: Buffer): z.infer<typeof Line> | null {
  try {
    return Line.safeParse(JSON.parse(line.toString('utf8'))).data ?? null
  } catch (error) {
    // A line torn by a crash is no JSON; anything else is a defect.
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Reads through a spool file, up to the first line that is torn or out of order. */
export async function scanSpool(file: FileHandle): Promise<ScannedSpool> {
  const result: ScannedSpool = { places: [], complete: false, validBytes: 0 }
  let rest = Buffer.alloc(0)
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, position)
    if (bytesRead === 0) return result
    position += bytesRead
    rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
    let start = 0
    for (let end = rest.indexOf(LF); end !== -1; end = rest.indexOf(LF, start)) {
      const event = parseLine(rest.subarray(start, end))
      if (event?.seq !== result.places.length + 1) return result
      result.places.push({ offset: result.validBytes, bytes: end - start })
      result.validBytes += end - start + 1
      result.complete = event.type === 'run_complete' || event.type === 'run_failed'
      start = end + 1
    }
    rest = rest.subarray(start)
  }
}
