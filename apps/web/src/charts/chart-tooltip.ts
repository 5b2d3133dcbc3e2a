import type { ChartRow } from '../lib/chart/downsample.ts'
import type { Series } from './chart-types.ts'

const element = (tag: string, className: string, text = ''): HTMLElement => {
  const node = document.createElement(tag)
  node.className = className
  node.textContent = text
  return node
}

const SVG = 'http://www.w3.org/2000/svg'

/** The series' line as it is drawn: beyond a few series the dashes tell it from others of its colour. */
function swatchOf({ color, dash }: Series): SVGElement {
  const swatch = document.createElementNS(SVG, 'svg')
  swatch.setAttribute('class', 'tip-swatch')
  const line = document.createElementNS(SVG, 'line')
  for (const [name, value] of [
    ['x1', 0],
    ['x2', 18],
    ['y1', 4],
    ['y2', 4],
  ] as const) {
    line.setAttribute(name, String(value))
  }
  line.style.stroke = color
  if (dash) line.setAttribute('stroke-dasharray', dash.join(' '))
  swatch.append(line)
  return swatch
}

/** What the pointer stands on: each series with its value and unit, "–" where it has none. */
export function tooltipContent(head: string, row: ChartRow, series: readonly Series[]): HTMLElement {
  const box = element('div', 'tip')
  box.append(element('div', 'tip-head', head))
  series.forEach((each, i) => {
    const line = element('div', 'tip-line')
    const swatch = swatchOf(each)
    const value = row.values[i] ?? null
    const text = value === null ? each.format(null) : `${each.format(value)} ${each.unit}`
    line.append(swatch, element('span', 'tip-name', each.name), element('span', 'tip-value', text))
    box.append(line)
  })
  return box
}
