import { rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createBuilder } from 'vite'

/** Builds the page into dist/client: hashed assets, and the one index.html that every route of the app starts from. */
const here = dirname(fileURLToPath(import.meta.url))
const builder = await createBuilder({ root: here })
await builder.buildApp()

const entry: { default: { fetch(request: Request): Promise<Response> } } = await import(
  pathToFileURL(join(here, 'dist/server/entry-server.js')).href
)
const response = await entry.default.fetch(new Request('http://localhost/'))
if (!response.ok)
  throw new Error(`The built server answered ${response.status} for /: no index.html to write`)
await writeFile(join(here, 'dist/client/index.html'), await response.text())
await rm(join(here, 'dist/client/.vite'), { recursive: true, force: true })
