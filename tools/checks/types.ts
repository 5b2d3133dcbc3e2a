// Type checks every workspace: one `tsc` for each tsconfig, all of them run before the exit status is told.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

const projects = [
  'tsconfig.json',
  ...globSync('{apps,packages,tools}/*/tsconfig*.json', {
    exclude: (path) => path.includes('node_modules'),
  }).sort(),
]
const failed = projects.filter((project) => {
  const { status } = spawnSync('tsc', ['-p', project, '--noEmit'], { stdio: 'inherit' })
  return status !== 0
})
if (failed.length > 0) {
  console.error(`Type errors in ${failed.join(', ')}`)
  process.exitCode = 1
} else {
  console.log(`Types: ${projects.length} projects are clean`)
}
