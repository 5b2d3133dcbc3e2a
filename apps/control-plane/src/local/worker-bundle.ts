import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import { build } from 'esbuild'
import type { WorkerOptions } from 'miniflare'
import { unstable_getMiniflareWorkerOptions as readWranglerConfig } from 'wrangler'

import { WebAppMissingError, WorkerBuildError } from './errors.ts'
import { nodeBuiltins } from './node-builtins.ts'

export interface WorkerBundleOptions {
  /** The wrangler.toml that describes the worker. */
  configPath: string
  /** The built web app, in place of the configured one; null serves none. */
  assetsDirectory?: string | null
}

/**
 * The worker of a wrangler configuration, bundled and ready for Miniflare.
 * Throws WorkerBuildError, or WebAppMissingError when the assets are not built.
 */
export async function bundleWorker(options: WorkerBundleOptions): Promise<WorkerOptions> {
  const { workerOptions, main, define } = readConfig(options)
  if (main === undefined) throw new WorkerBuildError(options.configPath, 'it names no `main`')
  const { assets, ...rest } = workerOptions
  if (assets && options.assetsDirectory !== null && !existsSync(join(assets.directory, 'index.html'))) {
    throw new WebAppMissingError(assets.directory)
  }
  const contents = await bundle(resolve(dirname(options.configPath), main), define)
  return {
    ...rest,
    ...(assets && options.assetsDirectory !== null ? { assets } : {}),
    modules: [{ type: 'ESModule', path: 'worker.mjs', contents }],
  }
}

// Wrangler's own log file, in the home folder: a service has none, and would complain.
process.env['WRANGLER_WRITE_LOGS'] ??= 'false'

function readConfig({ configPath, assetsDirectory }: WorkerBundleOptions) {
  try {
    const overrides = assetsDirectory ? { assets: { directory: resolve(assetsDirectory) } } : {}
    return readWranglerConfig(configPath, undefined, { overrides })
  } catch (error) {
    throw new WorkerBuildError(configPath, error)
  }
}

async function bundle(entry: string, define: Record<string, string>): Promise<string> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    platform: 'neutral',
    mainFields: ['browser', 'module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*'],
    plugins: [nodeBuiltins],
    define: { 'process.env.NODE_ENV': '"production"', ...define },
    sourcemap: 'inline',
    logLevel: 'silent',
  }).catch((error: unknown) => {
    throw new WorkerBuildError(entry, error)
  })
  const [output] = result.outputFiles
  if (output === undefined) throw new WorkerBuildError(entry, 'the bundler wrote nothing')
  return output.text
}
