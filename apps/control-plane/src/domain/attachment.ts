/** Which run a file is of, and how its name ends, such as `-gpu.csv`. */
export type Attachment = { run: { run_id: string; name: string | null; model: string }; ending: string }

const MAX_LABEL_CHARACTERS = 60
/** What no file name takes everywhere, and the invisible characters that make a name look like another. */
const NOT_IN_FILE_NAMES = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}<>:"/\\|?*%=]|(?!\u200d)\p{Cf}/gu
/** What `encodeURIComponent` leaves but RFC 5987 does not. */
const NOT_IN_EXTENDED_VALUES = /['()*!]/g

function label(text: string, strangers: RegExp): string {
  const plain = text
    .normalize('NFC')
    .replace(strangers, ' ')
    .trim()
    .replace(/[\s-]+/gu, '-')
  return [...plain]
    .slice(0, MAX_LABEL_CHARACTERS)
    .join('')
    .replace(/^[-.+@]+|[-.]+$/g, '')
}

const fileName = (text: string, { run, ending }: Attachment): string =>
  `llm-loadtest-${text === '' ? '' : `${text}-`}${run.run_id}${ending}`

const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replace(
    NOT_IN_EXTENDED_VALUES,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/**
 * The Content-Disposition of a download, named after the run's name or else its model: in ASCII for every client, and as
 * `filename*` when that loses letters. Source: RFC 6266, RFC 5987.
 */
export function contentDisposition(attachment: Attachment): string {
  const about = attachment.run.name ?? attachment.run.model
  const ascii = fileName(label(about, /[^A-Za-z0-9._-]/gu), attachment)
  const full = fileName(label(about, NOT_IN_FILE_NAMES), attachment)
  const isAscii = !/[^\x20-\x7e]/.test(full)
  return `attachment; filename="${ascii}"${isAscii ? '' : `; filename*=UTF-8''${percentEncoded(full)}`}`
}
