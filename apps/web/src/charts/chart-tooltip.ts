import type { ChartRow } from '../lib/chart/downsample.ts'
import type { Series } from './chart-types.ts'

const element = (tag: string, className: string, text = ''): HTMLElement => {
  const node = document.createElement(tag)
  node.className = className
  node.textContent = text
  return node
}

/** What the pointer stands on: each series with its value and unit, "–" where it has none. */
export function tooltipContent(head: string, row: ChartRow, series: readonly Series[]): HTMLElement {
  const box = element('div', 'tip')
  box.append(element('div', 'tip-head', head))
  series.forEach((each, i) => {
    const line = element('div', 'tip-line')
    const swatch = element('span', 'tip-swatch')
    swatch.style.background = each.color
    const value = row.values[i] ?? null
    const text = value === null ? each.format(null) : `${each.format(value)} ${each.unit}`
    line.append(swatch, element('span', 'tip-name', each.name), element('span', 'tip-value', text))
    box.append(line)
  })
  return box
}
