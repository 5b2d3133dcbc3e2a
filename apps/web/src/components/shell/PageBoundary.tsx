import { createEffect, ErrorBoundary, type JSX, on, type ParentProps } from 'solid-js'

type PageBoundaryProps = ParentProps<{
  path: string
  fallback: (error: unknown, reset: () => void) => JSX.Element
}>

/** Catches what a page throws, and forgets it when another page is opened. */
export function PageBoundary(props: PageBoundaryProps) {
  return (
    <ErrorBoundary
      fallback={(error: unknown, reset) => {
        createEffect(on(() => props.path, reset, { defer: true }))
        return props.fallback(error, reset)
      }}
    >
      {props.children}
    </ErrorBoundary>
  )
}
