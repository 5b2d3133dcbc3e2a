// @refresh reload
import { createHandler, StartServer } from '@solidjs/start/server'

export default createHandler(() => (
  <StartServer
    document={({ assets, children, scripts }) => (
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="description" content="Measures how fast an LLM server really is." />
          <meta name="color-scheme" content="light dark" />
          <title>LLM Loadtest</title>
          <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
          {/* Synchronous on purpose: theme and language are set before the first paint. A file, so that a strict CSP holds. */}
          <script src="/boot.js" />
          {assets}
        </head>
        <body>
          <div id="app">{children}</div>
          <noscript>LLM Loadtest needs JavaScript.</noscript>
          {scripts}
        </body>
      </html>
    )}
  />
))
