#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `llm-simulator: Node ${process.versions.node} cannot run TypeScript directly; use Node 24 or newer (in the repository, npx llm-simulator does).`,
  )
  process.exitCode = 1
} else {
  const { main } = await import('../src/cli.ts')
  await main(process.argv.slice(2))
}
