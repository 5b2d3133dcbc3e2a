import { useLocation } from '@solidjs/router'
import { createEffect, on, type ParentProps, Show, Suspense } from 'solid-js'
import { t } from '../../i18n/index.ts'
import { online } from '../../lib/connection.ts'
import { LoadError } from '../ui/Loaded.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Header } from './Header.tsx'
import { PageBoundary } from './PageBoundary.tsx'

/** What every page stands in. */
export function Layout(props: ParentProps) {
  const location = useLocation()
  let main: HTMLElement | undefined

  // A screen reader follows to the new page; the browser does this only when a page is loaded as a whole.
  createEffect(
    on(
      () => location.pathname,
      () => {
        main?.focus({ preventScroll: true })
        scrollTo(0, 0)
      },
      { defer: true },
    ),
  )

  return (
    <>
      <a class="skip-link" href="#main">
        {t().nav.skip}
      </a>
      <Header />
      <div role="status" class="offline-slot">
        <Show when={!online()}>
          <p class="offline-banner">{t().health.offlineBanner}</p>
        </Show>
      </div>
      <main id="main" class="main" tabindex="-1" ref={main}>
        <PageBoundary
          path={location.pathname}
          fallback={(error, reset) => <LoadError error={error} onRetry={reset} />}
        >
          <Suspense fallback={<Skeleton lines={6} />}>{props.children}</Suspense>
        </PageBoundary>
      </main>
    </>
  )
}
