/** A shorter one would be found in ordinary words. */
const LEAST_BASE64 = 8
/** What percent-encoding leaves as it is: by RFC 3986, and by encodeURIComponent. */
const UNRESERVED = [/[\w.~-]/, /[\w.~!'()*-]/]

function percentForms(secret: string): string[] {
  return UNRESERVED.flatMap((unreserved) =>
    (['toLowerCase', 'toUpperCase'] as const).map((letterCase) =>
      Array.from(Buffer.from(secret), (byte) => {
        const character = String.fromCharCode(byte)
        return unreserved.test(character) ? character : `%${byte.toString(16).padStart(2, '0')[letterCase]()}`
      }).join(''),
    ),
  )
}

/**
 * What Base64 makes of a secret within any text: its characters depend on where the secret begins in a group of three
 * bytes, and those at its edges on its neighbours too, which are left out.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return (['base64', 'base64url'] as const)
    .flatMap((alphabet) =>
      [0, 1, 2].map((before) => {
        const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString(alphabet)
        return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
      }),
    )
    .filter(({ length }) => length >= LEAST_BASE64)
}

/** The forms in which a secret may come back: as it is, in JSON, in a URL or a form, in Base64. */
export function secretForms(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1)
  const inUrl = percentForms(secret)
  const inForm = inUrl.map((form) => form.replaceAll('%20', '+'))
  return [...new Set([secret, inJson, ...inUrl, ...inForm, ...base64Forms(secret)])]
}
