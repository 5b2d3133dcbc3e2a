// Writes the OpenAPI document the client is generated from; no server is needed for it.
import { writeFileSync } from 'node:fs'
import { createApp } from '../app.ts'

const response = await createApp().request('/openapi.json')
const document: unknown = await response.json()
const file = new URL('../../../../packages/client/openapi.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`)
