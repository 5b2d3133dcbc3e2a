import type { RunView } from '@llm-loadtest/schema'
import { A, useNavigate } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { api } from '../../lib/api.ts'
import { runName } from '../../lib/run/run-name.ts'
import { isLive } from '../../lib/run/status.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { StatusBadge } from '../ui/StatusBadge.tsx'

const FORMATS = ['csv', 'xlsx', 'json'] as const

/** What run this is, its state, and what can be done with it. */
export function RunHeader(props: { run: RunView; onCancelled: () => void }) {
  return (
    <header class="page-head">
      <div class="page-title">
        <nav class="crumbs" aria-label={t().nav.history}>
          <A href="/history">{t().nav.history}</A> <span aria-hidden="true">/</span>
        </nav>
        <h1>
          <span>{runName(props.run)}</span>
          <StatusBadge status={props.run.status} />
        </h1>
        <p class="facts muted">
          <Show when={props.run.name !== null}>
            <span>{props.run.model}</span>
          </Show>
          <span class="mono">{props.run.server_url}</span>
          <span>
            {props.run.started_at
              ? t().run.startedAt(f().shortDateTime(props.run.started_at))
              : t().run.createdAt(f().shortDateTime(props.run.created_at))}
          </span>
          <Show when={props.run.duration_seconds}>
            {(seconds) => <span>{t().run.took(f().duration(seconds()))}</span>}
          </Show>
          <For each={props.run.tags}>{(tag) => <span class="tag">{tag}</span>}</For>
        </p>
      </div>
      <div class="page-actions">
        <Show when={isLive(props.run.status)} fallback={<EndedActions run={props.run} />}>
          <CancelButton run={props.run} onCancelled={props.onCancelled} />
        </Show>
      </div>
    </header>
  )
}

function EndedActions(props: { run: RunView }) {
  const navigate = useNavigate()
  const [asking, setAsking] = createSignal(false)
  return (
    <>
      <fieldset class="button-group">
        <legend class="visually-hidden">{t().run.export}</legend>
        <For each={FORMATS}>
          {(format) => (
            <a
              class="button"
              href={`/api/v1/benchmark/result/${props.run.run_id}/export?format=${format}`}
              download=""
              rel="external"
              aria-label={t().run.exportAs(format.toUpperCase())}
            >
              {format.toUpperCase()}
            </a>
          )}
        </For>
      </fieldset>
      <A href={`/new?from=${props.run.run_id}`} class="button">
        {t().run.again}
      </A>
      <button type="button" class="button quiet" onClick={() => setAsking(true)}>
        {t().run.deleteRun}
      </button>
      <ConfirmDialog
        open={asking()}
        title={t().history.deleteTitle}
        confirm={t().common.delete}
        onClose={() => setAsking(false)}
        onConfirm={async () => {
          await api.deleteRun(props.run.run_id)
          navigate('/history')
        }}
      >
        <p>{t().history.deleteBody(runName(props.run))}</p>
      </ConfirmDialog>
    </>
  )
}

function CancelButton(props: { run: RunView; onCancelled: () => void }) {
  const [asking, setAsking] = createSignal(false)
  return (
    <>
      <button
        type="button"
        class="button"
        disabled={props.run.cancel_requested}
        onClick={() => setAsking(true)}
      >
        {props.run.cancel_requested ? t().run.cancelling : t().run.cancel}
      </button>
      <ConfirmDialog
        open={asking()}
        title={t().run.cancelTitle}
        confirm={t().run.cancelConfirm}
        keep={t().run.cancelKeep}
        onClose={() => setAsking(false)}
        onConfirm={async () => {
          await api.cancelRun(props.run.run_id)
          props.onCancelled()
        }}
      >
        <p>{t().run.cancelBody}</p>
      </ConfirmDialog>
    </>
  )
}
