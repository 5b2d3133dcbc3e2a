// Fails when a generated file differs from what its source generates now: the OpenAPI document and its types, the SQL.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

function run(command: string, args: string[]): void {
  const { status, stderr, stdout } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`)
}

/** Regenerates the client in place and puts the files back as they were. */
function staleClientFiles(): string[] {
  const files = ['packages/client/openapi.json', 'packages/client/src/openapi.generated.ts']
  const before = files.map((file) => readFileSync(file, 'utf8'))
  try {
    run('npm', ['run', 'generate'])
    return files.filter((file, i) => readFileSync(file, 'utf8') !== before[i])
  } finally {
    files.forEach((file, i) => {
      writeFileSync(file, before[i] ?? '')
    })
  }
}

/** Lets drizzle-kit generate on a copy of drizzle/: a file more means that the tables have changed since. */
function missingMigrations(): string[] {
  const copy = mkdtempSync(join(process.cwd(), 'node_modules', '.drizzle-check-'))
  try {
    cpSync('drizzle', copy, { recursive: true })
    const before = readdirSync(copy)
    const args = ['generate', '--dialect', 'sqlite', '--schema', 'apps/control-plane/src/db/tables.ts']
    run('drizzle-kit', [...args, '--out', relative(process.cwd(), copy)])
    return readdirSync(copy).filter((file) => !before.includes(file))
  } finally {
    rmSync(copy, { recursive: true })
  }
}

const stale = [
  ...staleClientFiles().map((file) => `${file} is not current: run npm run generate`),
  ...missingMigrations().map((file) => `drizzle/${file} is missing: run npm run db:generate`),
]
if (stale.length > 0) {
  console.error(stale.join('\n'))
  process.exitCode = 1
} else {
  console.log('Generated files are current')
}
