// Writes the OpenAPI document the client is generated from; no server is needed for it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createApp } from '../app.ts'

const response = await createApp().request('/openapi.json')
const document: unknown = await response.json()
const file = join(import.meta.dirname, '../../../../packages/client/openapi.json')
writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`)
