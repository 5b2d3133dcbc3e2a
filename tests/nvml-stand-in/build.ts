import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCES = ['script.c', 'session.c', 'library.c', 'devices.c', 'processes.c']
const HEADERS = ['nvml.h', 'script.h', 'session.h']
const FLAGS = ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-O2']
const FOLDER = dirname(fileURLToPath(import.meta.url))
const BUILT = fileURLToPath(new URL('../../node_modules/.cache/nvml-stand-in/', import.meta.url))

/** The system's C compiler; null where there is none, or where the stand-in is not made for the system. */
export const cCompiler: string | null =
  process.platform === 'linux'
    ? (['cc', 'gcc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0) ?? null)
    : null
if (cCompiler === null) {
  process.stderr.write('Tests of NVML are skipped: they need Linux and a C compiler (cc, gcc or clang)\n')
}

/** Compiles into the cache, unless it is there from the same sources and flags; gives the path of the file. */
function compiled(name: string, sources: string[], flags: string[], linkerScript: string | null): string {
  if (cCompiler === null) throw new Error('there is no C compiler: see cCompiler')
  const hash = createHash('sha256').update(JSON.stringify([cCompiler, FLAGS, flags, linkerScript]))
  for (const file of [...sources, ...HEADERS]) hash.update(readFileSync(join(FOLDER, file)))
  const folder = join(BUILT, hash.digest('hex').slice(0, 16))
  const file = join(folder, name)
  if (existsSync(file)) return file

  mkdirSync(folder, { recursive: true })
  const draft = mkdtempSync(join(BUILT, 'draft-'))
  try {
    const output = join(draft, name)
    const args = [...FLAGS, ...flags, '-o', output, ...sources.map((source) => join(FOLDER, source))]
    if (linkerScript !== null) {
      writeFileSync(join(draft, 'exports'), linkerScript)
      args.push(`-Wl,--version-script=${join(draft, 'exports')}`)
    }
    const { status, stderr } = spawnSync(cCompiler, args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`${cCompiler} failed:\n${stderr}`)
    // Several test processes may build at once: each has its draft, and the last rename wins with the same content.
    renameSync(output, file)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return file
}

/** Builds the stand-in for libnvidia-ml.so.1, without the symbols of `missing`: `dlsym` does not find those. */
export function buildStandIn({ missing = [] }: { missing?: readonly string[] } = {}): string {
  const hidden = [...missing, '*'].map((symbol) => `${symbol};`).join(' ')
  const flags = ['-shared', '-fPIC', '-pthread', '-Wl,-soname,libnvidia-ml.so.1']
  return compiled('libnvidia-ml.so.1', SOURCES, flags, `{ global: nvml*; local: ${hidden} };\n`)
}

/** Builds the program that prints the sizes and offsets of `nvml.h`. */
export function buildLayouts(): string {
  return compiled('layouts', ['layouts.c'], [], null)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${buildStandIn({ missing: process.argv.slice(2) })}\n`)
}
