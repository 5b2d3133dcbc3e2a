import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import manifest from './package.json' with { type: 'json' }

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// Dependencies are installed beside the tarball; everything else, workspace packages too, goes into the bundle.
const external = Object.keys(manifest.dependencies).flatMap((name) => [name, `${name}/*`])

await rm(here('dist'), { recursive: true, force: true })
await build({
  entryPoints: {
    cli: here('src/cli/main.ts'),
    'gpu-worker': here('src/gpu/gpu-worker.ts'),
    'load-worker': here('src/crew/load-worker.ts'),
    'token-worker': here('src/tokens/token-worker.ts'),
    'truth-thread': here('src/calibrate/truth-thread.ts'),
  },
  outdir: here('dist'),
  bundle: true,
  platform: 'node',
  target: 'node20.18',
  format: 'esm',
  external,
  legalComments: 'linked',
  logLevel: 'warning',
})
