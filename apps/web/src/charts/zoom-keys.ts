import { panBy, type Range, scaleBy } from '../lib/chart/zoom.ts'

const STEP = 0.2

/**
 * What a key makes of the visible range: + and − scale it, the arrows move it, 0 shows all (null).
 * undefined for a key that does nothing here.
 */
export function zoomByKey(key: string, zoom: Range | null, whole: Range): Range | null | undefined {
  const range = zoom ?? whole
  switch (key) {
    case '+':
    case '=':
      return scaleBy(range, 0.5, whole)
    case '-':
      return scaleBy(range, 2, whole)
    case '0':
      return null
    case 'ArrowLeft':
      return zoom && panBy(zoom, -STEP, whole)
    case 'ArrowRight':
      return zoom && panBy(zoom, STEP, whole)
    default:
      return undefined
  }
}
