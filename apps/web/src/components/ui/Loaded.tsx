import { revalidate } from '@solidjs/router'
import { ErrorBoundary, type JSX, type ParentProps, Show, Suspense } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { errorText, requestIdOf } from '../../lib/error-text.ts'
import { Notice } from './Notice.tsx'
import { Skeleton } from './Skeleton.tsx'

/** Content that is fetched: a skeleton while it loads, a safe message and a retry when it fails. */
export function Loaded(props: ParentProps<{ queries: string[]; fallback?: JSX.Element; lines?: number }>) {
  return (
    <ErrorBoundary
      fallback={(error: unknown, reset) => (
        <LoadError
          error={error}
          onRetry={() => {
            revalidate(props.queries).catch((failure: unknown) => console.debug('Retry failed', failure))
            reset()
          }}
        />
      )}
    >
      <Suspense fallback={props.fallback ?? <Skeleton lines={props.lines ?? 4} />}>{props.children}</Suspense>
    </ErrorBoundary>
  )
}

export function LoadError(props: { error: unknown; onRetry: () => void }) {
  return (
    <Notice tone="bad" title={t().errors.title} alert={true}>
      <p>{errorText(props.error)}</p>
      <Show when={requestIdOf(props.error)}>
        {(id) => <p class="muted mono small-text">{t().errors.requestId(id())}</p>}
      </Show>
      <button type="button" class="button" onClick={() => props.onRetry()}>
        {t().common.retry}
      </button>
    </Notice>
  )
}
