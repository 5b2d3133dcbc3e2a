/** @param percent 0 to 100 */
export function ProgressBar(props: { percent: number; label: string; thin?: boolean; done?: boolean }) {
  return (
    <div
      class="progress"
      classList={{ thin: props.thin ?? false, done: props.done ?? false }}
      role="progressbar"
      aria-label={props.label}
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow={Math.round(props.percent)}
    >
      <div class="progress-fill" style={{ transform: `scaleX(${props.percent / 100})` }} />
    </div>
  )
}
