import { FAULTS } from '../faults/fault-catalogue.ts'
import { FLAGS } from './flags.ts'

function table(rows: [left: string, right: string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}

/** What `--help` prints. */
export function helpText(): string {
  const flags = Object.entries(FLAGS).map(([name, flag]): [string, string] => [
    `--${name} ${flag.value}`.trimEnd(),
    flag.help,
  ])
  return `Usage: llm-simulator [flags]

An OpenAI-compatible server that models a continuous-batching engine.

Flags:
${table([...flags, ['--help', 'Print this.'], ['--version', 'Print the version.']])}

Faults, also chosen by a request with the header x-simulator-fault:
${table(Object.entries(FAULTS))}
`
}
