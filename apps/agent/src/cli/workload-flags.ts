import { given, toNumber, toWhole, usage } from './flag-usage.ts'
import type { RunFlags } from './run-flags.ts'

/** A length in tokens: 256, 128-512 or mean:std:min:max. */
function tokenLength(field: string, text: string): unknown {
  if (text.includes(':')) {
    const [mean, std, min, max, ...more] = text.split(':').map((part) => toNumber(field, part))
    if (max === undefined || more.length > 0) throw usage(field, `"${text}" is not mean:std:min:max`)
    return { mean, std, min, max }
  }
  const [, min, max] = /^([^-]+)-(.+)$/.exec(text) ?? []
  if (min === undefined || max === undefined) return toWhole(field, text)
  return { min: toWhole(field, min), max: toWhole(field, max) }
}

function prefix({ prefixLen, prefixGroups }: RunFlags): object | undefined {
  if (prefixLen === undefined) {
    if (prefixGroups !== undefined) throw usage('prefix.groups', 'goes with --prefix-len')
    return undefined
  }
  return {
    len: toWhole('prefix', prefixLen),
    ...(prefixGroups === undefined ? {} : { groups: toWhole('prefix.groups', prefixGroups) }),
  }
}

function dataset(flags: RunFlags): object | undefined {
  const choices = {
    ...(flags.datasetFormat === undefined ? {} : { format: flags.datasetFormat }),
    ...(flags.shuffle ? { order: 'shuffled' } : {}),
    ...(flags.multiTurn ? { multi_turn: true } : {}),
    ...(flags.datasetOutputLen ? { output: 'output_len' } : {}),
  }
  if (flags.dataset !== undefined) return { path: flags.dataset, ...choices }
  if (Object.keys(choices).length === 0) return undefined
  throw usage(
    'dataset',
    'is required with --dataset-format, --shuffle, --multi-turn and --dataset-output-len',
  )
}

/** The fields of a definition that say what is sent. */
export function workloadOfFlags(flags: RunFlags): Record<string, unknown> {
  return {
    input_len: given(flags.inputLen, (text) => tokenLength('input_len', text)),
    output_len: given(flags.outputLen, (text) => tokenLength('output_len', text)),
    prefix: prefix(flags),
    dataset: dataset(flags),
    tokenizer: flags.tokenizer,
  }
}
