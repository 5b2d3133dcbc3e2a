const MAX_ERROR_CHARACTERS = 500
/** Shapes of keys that a server may echo even when they are not the ones we sent. */
const KEY_SHAPES = /\b(?:sk|hf|gsk|xai|pk|rk|api)[-_][A-Za-z0-9_-]{12,}|\bBearer\s+[^\s"',}]+/g

/** Makes a function that takes these secrets, and whatever looks like a key, out of a text and bounds its length. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length)
  return (text) => {
    let clean = text
    for (const secret of known) clean = clean.replaceAll(secret, '[redacted]')
    clean = clean.replace(KEY_SHAPES, '[redacted]')
    return clean.length > MAX_ERROR_CHARACTERS ? `${clean.slice(0, MAX_ERROR_CHARACTERS - 1)}…` : clean
  }
}
