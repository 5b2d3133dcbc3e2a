import { createSignal, onCleanup } from 'solid-js'
import { t } from '../../i18n/index.ts'

const COPIED_MS = 2000

/** Text to copy, such as a command. */
export function CopyBlock(props: { text: string; label: string }) {
  const [copied, setCopied] = createSignal(false)
  let code: HTMLElement | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(props.text)
      setCopied(true)
      timer = setTimeout(() => setCopied(false), COPIED_MS)
    } catch {
      // Without permission, or over plain http: select it, so that one key copies it.
      if (code) getSelection()?.selectAllChildren(code)
    }
  }

  return (
    <div class="copy-block">
      <section class="copy-text" tabindex="0" aria-label={props.label}>
        <button type="button" class="button small" onClick={copy}>
          {copied() ? t().common.copied : t().common.copy}
          <span class="visually-hidden"> {props.label}</span>
        </button>
        <pre>
          <code ref={code}>{props.text}</code>
        </pre>
      </section>
      <span class="visually-hidden" role="status">
        {copied() ? t().common.copied : ''}
      </span>
    </div>
  )
}
