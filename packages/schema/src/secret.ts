/** What a secret is shown as: `sk-…abcd`, or `…` alone when it is too short to show any of it safely. */
export function maskSecret(secret: string): string {
  if (secret.length < 12) return '…'
  const prefix = /^[A-Za-z]{1,4}[-_]/.exec(secret)?.[0] ?? ''
  return `${prefix}…${secret.slice(-4)}`
}
