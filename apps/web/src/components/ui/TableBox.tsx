import { createSignal, onCleanup, onMount, type ParentProps } from 'solid-js'

/** A box in which a wide or long table scrolls; while it does, the keyboard reaches it too. */
export function TableBox(props: ParentProps<{ label: string; class?: string }>) {
  let box: HTMLElement | undefined
  const [scrolls, setScrolls] = createSignal(false)
  onMount(() => {
    if (!box) return
    const measured = box
    const observer = new ResizeObserver(() =>
      setScrolls(
        measured.scrollWidth > measured.clientWidth || measured.scrollHeight > measured.clientHeight,
      ),
    )
    observer.observe(measured)
    if (measured.firstElementChild) observer.observe(measured.firstElementChild)
    onCleanup(() => observer.disconnect())
  })
  return (
    <figure
      class={`table-box ${props.class ?? ''}`}
      ref={box}
      tabindex={scrolls() ? 0 : undefined}
      aria-label={props.label}
    >
      {props.children}
    </figure>
  )
}
