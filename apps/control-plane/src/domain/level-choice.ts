import { type LoadLevel, loadLevels, type RunConfig } from '@llm-loadtest/schema'
import { UnprocessableError } from '../errors.ts'

/** More choices than this are told as a range. */
const MAX_NAMED = 10

function levelText(level: LoadLevel): string {
  switch (level.kind) {
    case 'concurrency':
      return `${level.index} (concurrency ${level.concurrency})`
    case 'request_rate':
      return `${level.index} (${level.requestRate} requests/s)`
    case 'replay':
      return `${level.index} (replay)`
    default:
      return level satisfies never
  }
}

const choices = (levels: readonly LoadLevel[]): string =>
  levels.length > MAX_NAMED ? `0 to ${levels.length - 1}` : levels.map(levelText).join(', ')

/**
 * The level of a run that a request names by its number, from 0.
 * @throws UnprocessableError that names the choices
 */
export function levelNumbered(config: RunConfig, index: number): LoadLevel {
  const levels = loadLevels(config)
  const level = levels[index]
  if (level) return level
  throw new UnprocessableError([{ path: 'level', message: `this run has ${choices(levels)}` }])
}

/**
 * The level a request names, or the run's only one.
 * @throws UnprocessableError that names the choices
 */
export function oneLevel(config: RunConfig, index: number | undefined): LoadLevel {
  const levels = loadLevels(config)
  const [first, ...others] = levels
  if (index !== undefined) return levelNumbered(config, index)
  if (first && others.length === 0) return first
  const message = `this format is of one level: give ${choices(levels)}`
  throw new UnprocessableError([{ path: 'level', message }])
}
