import { spawn } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const built = `${root}apps/web/dist/client/index.html`
const SOURCES = [
  'apps/web/{src,public}/**/*',
  'apps/web/*.ts',
  'packages/{client,schema}/src/**/*.ts',
  'package-lock.json',
]

function isCurrent(): boolean {
  const builtAt = statSync(built, { throwIfNoEntry: false })?.mtimeMs
  if (builtAt === undefined) return false
  return SOURCES.flatMap((pattern) => globSync(pattern, { cwd: root })).every(
    (file) => statSync(root + file).mtimeMs <= builtAt,
  )
}

/** Builds the web app unless the last build is newer than every source of it. */
export async function ensureWebBuild(say: (line: string) => void): Promise<void> {
  if (isCurrent()) return
  say('Building the web app (once, about 15 s) …')
  const build = spawn('npm', ['run', 'build:web', '--silent'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [build.stdout, build.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk
    })
  const status = await new Promise<number | null>((resolve, reject) => {
    build.once('error', reject)
    build.once('close', resolve)
  })
  if (status !== 0) throw new Error(`The web app could not be built:\n${output}`)
}
