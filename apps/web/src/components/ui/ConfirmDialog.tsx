import { createEffect, createSignal, createUniqueId, type ParentProps, Show } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { errorText } from '../../lib/error-text.ts'

type ConfirmProps = ParentProps<{
  open: boolean
  title: string
  confirm: string
  keep?: string
  /** Does what was confirmed; the dialog stays open with the error when it fails. */
  onConfirm: () => Promise<void>
  onClose: () => void
}>

/** Asks before something that cannot be undone. The browser's own dialog keeps the focus in and gives it back. */
export function ConfirmDialog(props: ConfirmProps) {
  let dialog: HTMLDialogElement | undefined
  const titleId = createUniqueId()
  const [busy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<string | null>(null)

  createEffect(() => {
    if (props.open && !dialog?.open) {
      setFailure(null)
      dialog?.showModal()
    }
    if (!props.open && dialog?.open) dialog.close()
  })

  async function confirm(): Promise<void> {
    setBusy(true)
    try {
      await props.onConfirm()
      props.onClose()
    } catch (error) {
      setFailure(errorText(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <dialog class="dialog" ref={dialog} aria-labelledby={titleId} onClose={() => props.onClose()}>
      <h2 id={titleId}>{props.title}</h2>
      <div class="dialog-body">{props.children}</div>
      <Show when={failure()}>
        {(message) => (
          <p class="field-error" role="alert">
            {message()}
          </p>
        )}
      </Show>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={() => props.onClose()}>
          {props.keep ?? t().common.keep}
        </button>
        <button type="button" class="button danger" disabled={busy()} onClick={confirm}>
          {props.confirm}
        </button>
      </div>
    </dialog>
  )
}
