import { html, raw } from 'hono/html'
import { sha256Base64 } from '../domain/tokens.ts'
import type { OpenApiDocument } from './document.ts'

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --accent: #2563eb }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; padding: .5rem .8rem }
summary { cursor: pointer } summary b { display: inline-block; min-width: 4.5rem; color: var(--accent) }
pre { overflow: auto; font-size: 13px; background: #8881; padding: .6rem; border-radius: 4px }
td, th { text-align: left; padding: .15rem 1rem .15rem 0; vertical-align: top }
code { font-size: 13px }`

type Operation = {
  summary?: string
  description?: string
  operationId?: string
  parameters?: { name?: string; in?: string; description?: string; required?: boolean; schema?: unknown }[]
  requestBody?: { content?: Record<string, { schema?: unknown }> }
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: unknown }> }>
}

const pretty = (value: unknown): string => JSON.stringify(value, null, 2)

function schemaName(schema: unknown): string | null {
  const reference = typeof schema === 'object' && schema !== null && '$ref' in schema ? schema.$ref : null
  return typeof reference === 'string' ? (reference.split('/').at(-1) ?? null) : null
}

function schemaOf(content: Record<string, { schema?: unknown }> | undefined) {
  return Object.entries(content ?? {}).map(([type, { schema }]) => {
    const name = schemaName(schema)
    return name === null
      ? html`<p><code>${type}</code></p><pre>${pretty(schema)}</pre>`
      : html`<p><code>${type}</code>: <a href="#schema-${name}">${name}</a></p>`
  })
}

function parameters(operation: Operation) {
  const rows = (operation.parameters ?? []).map(
    ({ name, in: place, required, description, schema }) =>
      html`<tr><td><code>${name}</code></td><td>${place}${required ? ', required' : ''}</td><td>${description ?? ''} <code>${JSON.stringify(schema)}</code></td></tr>`,
  )
  return rows.length === 0 ? '' : html`<h4>Parameters</h4><table>${rows}</table>`
}

function operationBlock(method: string, path: string, operation: Operation) {
  const responses = Object.entries(operation.responses ?? {}).map(
    ([status, { description, content }]) =>
      html`<tr><td><code>${status}</code></td><td>${description}</td><td>${schemaOf(content)}</td></tr>`,
  )
  const body = operation.requestBody ? html`<h4>Body</h4>${schemaOf(operation.requestBody.content)}` : ''
  return html`<details id="${operation.operationId ?? path}">
<summary><b>${method.toUpperCase()}</b> <code>${path}</code> ${operation.summary ?? ''}</summary>
<p>${operation.description ?? ''}</p>
${parameters(operation)}${body}<h4>Responses</h4><table>${responses}</table></details>`
}

/** The page's Content-Security-Policy: its one style sheet, known by its hash, and nothing else. */
export async function docsPolicy(): Promise<string> {
  const style = `style-src 'sha256-${await sha256Base64(STYLE)}'`
  return `default-src 'none'; ${style}; img-src data:; base-uri 'none'; frame-ancestors 'none'`
}

/** The API's reference as one page that needs nothing from elsewhere: no script, no font, no network. */
export function docsPage(document: OpenApiDocument) {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods ?? {}).map(([method, operation]) => operationBlock(method, path, operation)),
  )
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      html`<details id="schema-${name}"><summary>${name}</summary><pre>${pretty(schema)}</pre></details>`,
  )
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${document.info.title} API</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><style>${raw(STYLE)}</style></head>
<body><h1>${document.info.title} API <small>${document.info.version}</small></h1>
<p>${document.info.description} <a href="/openapi.json">openapi.json</a></p>
<h2>Operations</h2>${operations}<h2>Schemas</h2>${schemas}</body></html>`
}
