// Fails on documentation that names a file or an npm script which does not exist.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const RootPackage = z.object({ scripts: z.record(z.string(), z.string()) })
const { scripts } = RootPackage.parse(JSON.parse(readFileSync('package.json', 'utf8')))
const TOP_LEVEL = /^(apps|packages|tools|docs|bench|tests|drizzle|deploy|\.ci|\.github)\//
const documents = globSync(['*.md', 'docs/**/*.md', '{apps,packages}/*/README.md'])

/** Links are relative to their document; paths in backticks are relative to the repository. */
function deadPaths(document: string, text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '')
  const local = links.filter((link) => !/^[a-z]+:/i.test(link)).map((link) => join(dirname(document), link))
  const quoted = [...text.matchAll(/`([^`\s]+)`/g)].map((match) => match[1] ?? '')
  const paths = quoted.filter((path) => TOP_LEVEL.test(path) && !/[*<{]/.test(path))
  return [...local, ...paths].filter((path) => !existsSync(path))
}

function deadScripts(text: string): string[] {
  const names = [...text.matchAll(/npm run ([\w:-]+)(?! -w)/g)].map((match) => match[1] ?? '')
  return names.filter((name) => !(name in scripts)).map((name) => `npm run ${name}`)
}

const dead = documents.flatMap((document) => {
  const text = readFileSync(document, 'utf8')
  return [...deadPaths(document, text), ...deadScripts(text)].map((name) => `${document}: ${name}`)
})
if (dead.length > 0) {
  console.error(`Named in the documentation, but not there:\n${dead.join('\n')}`)
  process.exitCode = 1
} else {
  console.log(`Documentation: every path and script named in ${documents.length} files exists`)
}
