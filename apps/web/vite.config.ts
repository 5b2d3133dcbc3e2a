import { solidStart } from '@solidjs/start/config'
import { defineConfig } from 'vite'

export default defineConfig({
  // Of the packages, only those written in JSX need Solid's compiler: skipping the others saves most of the build time.
  plugins: [solidStart({ ssr: false, solid: { exclude: [/node_modules\/(?!@solidjs|solid-)/] } })],
  build: { target: 'chrome90' },
  // The dev error overlay's source-map reader is CommonJS deep down; bundled, the browser can load it.
  optimizeDeps: { include: ['@solidjs/start > @jridgewell/trace-mapping'] },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8787', ws: true } } },
  environments: {
    ssr: { resolve: { noExternal: true, conditions: ['worker', 'solid', 'module', 'production'] } },
  },
})
