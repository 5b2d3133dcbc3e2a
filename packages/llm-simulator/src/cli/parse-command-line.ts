import { type ParseArgsConfig, parseArgs } from 'node:util'
import { SimulatorOptions } from '../options.ts'
import { FLAGS, type Flag } from './flags.ts'

/** The command line is wrong; the message names the flag and says what it takes. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

export type Command = { kind: 'help' } | { kind: 'version' } | { kind: 'start'; options: SimulatorOptions }

/** Reads the arguments after the program's name. Throws UsageError. */
export function parseCommandLine(args: string[]): Command {
  const values = readFlags(args)
  if (values['help'] === true) return { kind: 'help' }
  if (values['version'] === true) return { kind: 'version' }
  const input: Record<string, unknown> = { engine: {} }
  for (const [name, flag] of Object.entries(FLAGS)) {
    const value = values[name]
    if (value !== undefined) setOption(input, flag.option, convert(flag, value))
  }
  const result = SimulatorOptions.safeParse(input)
  if (result.success) return { kind: 'start', options: result.data }
  const [issue] = result.error.issues
  throw new UsageError(explain(issue?.path ?? [], issue?.code === 'custom' ? issue.message : null, values))
}

type FlagValue = string | boolean | (string | boolean)[] | undefined
type FlagValues = Record<string, FlagValue>

function readFlags(args: string[]): FlagValues {
  const options: ParseArgsConfig['options'] = { help: { type: 'boolean' }, version: { type: 'boolean' } }
  for (const [name, { kind }] of Object.entries(FLAGS)) {
    options[name] = {
      type: kind === 'switch' ? 'boolean' : 'string',
      multiple: kind === 'texts' || kind === 'faults',
    }
  }
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const name = /--([a-z-]+)/.exec(message)?.[1] ?? ''
    const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined
    throw new UsageError(flag === undefined ? message : `--${name} takes ${flag.takes}`)
  }
}

function convert(flag: Flag, value: FlagValue): unknown {
  if (flag.kind === 'number') return toNumber(value)
  if (flag.kind !== 'faults') return value
  return [value].flat().map((text) => {
    const [name, rate] = String(text).split(/:(.*)/s)
    return rate === undefined ? { name } : { name, rate: toNumber(rate) }
  })
}

function toNumber(value: FlagValue): number {
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN
}

function setOption(input: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first = '', second] = path
  if (second === undefined) input[first] = value
  else input[first] = { ...Object(input[first]), [second]: value }
}

function explain(path: readonly PropertyKey[], rule: string | null, values: FlagValues): string {
  const found = Object.entries(FLAGS).find(([, { option }]) => option.every((key, i) => key === path[i]))
  if (found === undefined) return `invalid options at ${path.join('.')}`
  const [name, flag] = found
  const index = path[flag.option.length]
  const given = typeof index === 'number' ? [values[name]].flat()[index] : values[name]
  const takes = `--${name} takes ${flag.takes}`
  if (flag.kind === 'faults')
    return `${takes}; "${given}" is not that${rule === null ? '' : `: the name ${rule}`}`
  return rule === null ? `${takes}; "${given}" is not that` : `--${name} ${rule}`
}
