import type { RunListItem } from '@llm-loadtest/schema'
import { A, createAsync, revalidate, useSearchParams } from '@solidjs/router'
import { createEffect, createSignal, on, Show } from 'solid-js'
import { f, t } from '../../i18n/index.ts'
import { api, type HistoryFilters, type HistoryRuns } from '../../lib/api.ts'
import { errorText } from '../../lib/error-text.ts'
import { filtersOf } from '../../lib/history-filters.ts'
import { HISTORY_PAGE, historyQuery } from '../../lib/queries.ts'
import { runName } from '../../lib/run/run-name.ts'
import { isLive } from '../../lib/run/status.ts'
import { createTitle } from '../../lib/title.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Loaded } from '../ui/Loaded.tsx'
import { HistoryFilterBar } from './HistoryFilterBar.tsx'
import { RunTable } from './RunTable.tsx'

/** Every run, newest first. The filters are in the address, so that a view can be shared. */
export function History() {
  createTitle(() => t().history.title)
  const [search, setSearch] = useSearchParams()
  const filters = () => filtersOf(search)
  return (
    <div class="stack-wide">
      <header class="page-head">
        <h1>{t().history.title}</h1>
      </header>
      <HistoryFilterBar filters={filters()} onChange={(change) => setSearch(change, { replace: true })} />
      <Loaded queries={[historyQuery.key]} lines={10}>
        <Pages filters={filters()} />
      </Loaded>
    </div>
  )
}

function Pages(props: { filters: HistoryFilters }) {
  const first = createAsync(() => historyQuery(props.filters))
  return <Show when={first()}>{(page) => <Runs first={page()} filters={props.filters} />}</Show>
}

/** The first page and those loaded after it. */
function createPages(first: () => HistoryRuns, filters: () => HistoryFilters) {
  const [more, setMore] = createSignal<HistoryRuns[]>([])
  const [busy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<string | null>(null)
  // Other filters, or a deletion, make the pages after the first one stale.
  createEffect(on(first, () => setMore([]), { defer: true }))
  const cursor = () => (more().at(-1) ?? first()).next_cursor

  async function loadMore(): Promise<void> {
    const next = cursor()
    if (next === null) return
    setBusy(true)
    setFailure(null)
    try {
      const page = await api.history(filters(), { limit: HISTORY_PAGE, cursor: next })
      setMore((pages) => [...pages, page])
    } catch (error) {
      setFailure(errorText(error))
    } finally {
      setBusy(false)
    }
  }
  return { runs: () => [first(), ...more()].flatMap((page) => page.runs), cursor, busy, failure, loadMore }
}

function Runs(props: { first: HistoryRuns; filters: HistoryFilters }) {
  const pages = createPages(
    () => props.first,
    () => props.filters,
  )
  const [asked, setAsked] = createSignal<RunListItem | null>(null)
  const deleteButton = (run: RunListItem) => (
    <Show when={!isLive(run.status)}>
      <button
        type="button"
        class="button small quiet"
        aria-label={t().history.deleteRun(runName(run))}
        onClick={() => setAsked(run)}
      >
        {t().common.delete}
      </button>
    </Show>
  )
  return (
    <Show when={props.first.total > 0} fallback={<NoRuns filtered={Object.keys(props.filters).length > 0} />}>
      <section class="panel bare" aria-label={t().history.title}>
        <RunTable runs={pages.runs()} caption={t().table.historyCaption} actions={deleteButton} />
      </section>
      <div class="more">
        <span class="muted num" role="status">
          {t().history.shown(f().integer(pages.runs().length), f().integer(props.first.total))}
        </span>
        <Show when={pages.failure()}>{(message) => <span class="field-error">{message()}</span>}</Show>
        <Show when={pages.cursor() !== null}>
          <button type="button" class="button" disabled={pages.busy()} onClick={pages.loadMore}>
            {pages.busy() ? t().common.loading : t().common.loadMore}
          </button>
        </Show>
      </div>
      <DeleteDialog run={asked()} onClose={() => setAsked(null)} />
    </Show>
  )
}

function DeleteDialog(props: { run: RunListItem | null; onClose: () => void }) {
  return (
    <ConfirmDialog
      open={props.run !== null}
      title={t().history.deleteTitle}
      confirm={t().common.delete}
      onClose={props.onClose}
      onConfirm={async () => {
        if (!props.run) return
        await api.deleteRun(props.run.run_id)
        await revalidate(historyQuery.key)
      }}
    >
      <p>{t().history.deleteBody(props.run ? runName(props.run) : '')}</p>
    </ConfirmDialog>
  )
}

const NoRuns = (props: { filtered: boolean }) => (
  <section class="panel">
    <Show
      when={props.filtered}
      fallback={
        <Empty title={t().history.empty} body={t().history.emptyBody}>
          <A href="/new" class="button primary">
            {t().nav.newRun}
          </A>
        </Empty>
      }
    >
      <Empty title={t().history.noMatch} body={t().history.noMatchBody} />
    </Show>
  </section>
)
