import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FOLDER = dirname(fileURLToPath(import.meta.url))
const inFolder = (...names: string[]) => names.map((name) => join(FOLDER, name))
const SOURCES = inFolder('script.c', 'session.c', 'library.c', 'devices.c', 'processes.c')
const HEADERS = inFolder('nvml.h', 'script.h', 'session.h')
const FLAGS = ['-std=gnu11', '-Wall', '-Wextra', '-O2']
const BUILT = fileURLToPath(new URL('../../node_modules/.cache/nvml-stand-in/', import.meta.url))

const compiles = (name: string): boolean =>
  spawnSync(name, ['-x', 'c', '-c', '-o', '/dev/null', '-'], { input: '#include <stdio.h>\n' }).status === 0

/** The system's C compiler; null where none works, or where the stand-in is not made for the system. */
export const cCompiler: string | null =
  process.platform === 'linux' ? (['cc', 'gcc', 'clang'].find(compiles) ?? null) : null
if (cCompiler === null) {
  process.stderr.write(
    'Tests of NVML are skipped: they need Linux and a C compiler (cc, gcc or clang) with its headers\n',
  )
}

type Product = { name: string; inputs: readonly string[]; flags: readonly string[]; exports?: string }

/** Builds into the cache, unless the same is there already; gives the path of the file. */
function build({ name, inputs, flags, exports }: Product): string {
  if (cCompiler === null) throw new Error('there is no C compiler: see cCompiler')
  const hash = createHash('sha256').update(JSON.stringify([cCompiler, FLAGS, flags, exports]))
  for (const file of [...inputs, ...HEADERS]) hash.update(readFileSync(file))
  const folder = join(BUILT, hash.digest('hex').slice(0, 16))
  const file = join(folder, name)
  if (existsSync(file)) return file

  mkdirSync(folder, { recursive: true })
  const draft = mkdtempSync(join(BUILT, 'draft-'))
  try {
    const args = [...FLAGS, ...flags, '-o', join(draft, name), ...inputs]
    if (exports !== undefined) {
      writeFileSync(join(draft, 'exports'), exports)
      args.push(`-Wl,--version-script=${join(draft, 'exports')}`)
    }
    const { status, stderr } = spawnSync(cCompiler, args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`${cCompiler} failed:\n${stderr}`)
    // Several test processes may build at once: each has its draft, and the last rename wins with the same content.
    renameSync(join(draft, name), file)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return file
}

/** Builds the stand-in for libnvidia-ml.so.1, without the symbols of `missing`: `dlsym` does not find those. */
export function buildStandIn({ missing = [] }: { missing?: readonly string[] } = {}): string {
  const object = build({
    name: 'stand-in.o',
    inputs: SOURCES,
    flags: ['-fPIC', '-pthread', '-r', '-nostdlib'],
  })
  const hidden = [...missing, '*'].map((symbol) => `${symbol};`).join(' ')
  return build({
    name: 'libnvidia-ml.so.1',
    inputs: [object],
    flags: ['-shared', '-fPIC', '-pthread', '-Wl,-soname,libnvidia-ml.so.1'],
    exports: `{ global: nvml*; local: ${hidden} };\n`,
  })
}

/** Builds a shared library that has nothing of NVML. */
export function buildOtherLibrary(): string {
  return build({ name: 'libother.so', inputs: inFolder('other.c'), flags: ['-shared', '-fPIC'] })
}

/** Builds the program that prints the sizes and offsets of `nvml.h`. */
export function buildLayouts(): string {
  return build({ name: 'layouts', inputs: inFolder('layouts.c'), flags: [] })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${buildStandIn({ missing: process.argv.slice(2) })}\n`)
}
