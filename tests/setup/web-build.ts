import { ensureWebBuild } from '@llm-loadtest/local'

/** Before tests that need the web app: builds it, unless the build there is current. */
export default async function setup(): Promise<void> {
  await ensureWebBuild((line) => process.stderr.write(`${line}\n`))
}
