import { withoutSecrets } from '@llm-loadtest/schema'

const MAX_ERROR_CHARACTERS = 500

/** Makes a function that takes these secrets, and whatever looks like a key, out of a text and bounds its length. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length)
  return (text) => {
    let clean = text
    for (const secret of known) clean = clean.replaceAll(secret, '[redacted]')
    clean = withoutSecrets(clean)
    return clean.length > MAX_ERROR_CHARACTERS ? `${clean.slice(0, MAX_ERROR_CHARACTERS - 1)}…` : clean
  }
}
