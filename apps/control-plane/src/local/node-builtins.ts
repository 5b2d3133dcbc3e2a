import { builtinModules } from 'node:module'

import type { Plugin } from 'esbuild'

const BUILTIN = new RegExp(`^(?:node:)?(?:${builtinModules.join('|')})$`)

/**
 * Leaves Node's own modules to the workers runtime, which offers them as `node:` imports only: bare names get the
 * prefix, and `require` of one, which an ES module cannot do, becomes an import.
 */
export const nodeBuiltins: Plugin = {
  name: 'node-builtins',
  setup(build) {
    build.onResolve({ filter: BUILTIN }, ({ path, kind }) => {
      const name = path.replace(/^(?:node:)?/, 'node:')
      return kind === 'require-call'
        ? { path: name, namespace: 'required-builtin' }
        : { path: name, external: true }
    })
    build.onLoad({ filter: /.*/, namespace: 'required-builtin' }, ({ path }) => ({
      contents: `import builtin from ${JSON.stringify(path)}\nmodule.exports = builtin`,
      loader: 'js',
    }))
  },
}
