#!/usr/bin/env node
import { existsSync } from 'node:fs'

const source = new URL('../src/cli/main.ts', import.meta.url)
const built = new URL('../dist/cli.js', import.meta.url)
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const runsTypeScript = major > 22 || (major === 22 && minor >= 18)

const entry = existsSync(source) && runsTypeScript ? source : existsSync(built) ? built : null
if (entry === null) {
  console.error(
    `llm-loadtest: Node ${process.versions.node} cannot run TypeScript directly. In the repository use "npx agent", or build with "npm run build -w llm-loadtest".`,
  )
  process.exitCode = 1
} else {
  const { main } = await import(entry.href)
  await main(process.argv.slice(2))
}
