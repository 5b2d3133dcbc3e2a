import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createBuilder, type Plugin } from 'vite'

/**
 * Builds the page into dist/client: hashed assets, and the one index.html that every route of the app starts from.
 * It is built aside and then moved into place, so that two builds at a time, or a build under a running server, never mix.
 */
const here = dirname(fileURLToPath(import.meta.url))
const aside = join(here, 'dist', `.build-${process.pid}`)

// SolidStart names the folders in its own plugin; a later plugin has the last word.
const buildAside: Plugin = {
  name: 'build-aside',
  enforce: 'post',
  config: () => ({
    environments: {
      client: { build: { outDir: join(aside, 'client') } },
      ssr: { build: { outDir: join(aside, 'server') } },
    },
  }),
}

async function build(): Promise<void> {
  // Vite keeps a NODE_ENV it finds (a test runner sets `test`) and would build the development page.
  process.env['NODE_ENV'] = 'production'
  const builder = await createBuilder({ root: here, plugins: [buildAside] })
  await builder.buildApp()
}

async function writeShell(): Promise<void> {
  const entry: { default: { fetch(request: Request): Promise<Response> } } = await import(
    pathToFileURL(join(aside, 'server/entry-server.js')).href
  )
  const response = await entry.default.fetch(new Request('http://localhost/'))
  if (!response.ok)
    throw new Error(`The built server answered ${response.status} for /: no index.html to write`)
  await writeFile(join(aside, 'client/index.html'), await response.text())
  await rm(join(aside, 'client/.vite'), { recursive: true, force: true })
}

async function moveIntoPlace(): Promise<void> {
  const place = join(here, 'dist/client')
  const old = join(aside, 'replaced')
  await mkdir(place, { recursive: true })
  await rename(place, old)
  await rename(join(aside, 'client'), place)
}

try {
  await build()
  await writeShell()
  await moveIntoPlace()
} finally {
  await rm(aside, { recursive: true, force: true })
}
