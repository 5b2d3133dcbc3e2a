/** One command-line flag and the option it sets. */
export type Flag = {
  /** Where its value goes in SimulatorOptions. */
  option: readonly string[]
  kind: 'text' | 'number' | 'switch' | 'texts' | 'faults'
  /** What stands for the value in the help. */
  value: string
  /** What it takes, completing "--flag takes …". */
  takes: string
  help: string
}

const wholeNumber = (least: number, most: number) => `a whole number from ${least} to ${most}`
const milliseconds = 'a number of milliseconds from 0 to 60000'

function number(option: readonly string[], takes: string, help: string): Flag {
  return { option, kind: 'number', value: 'N', takes, help }
}

export const FLAGS: Record<string, Flag> = {
  port: number(['port'], wholeNumber(0, 65_535), 'Port to listen on, 0 for any free one. Default 8000.'),
  host: {
    option: ['host'],
    kind: 'text',
    value: 'HOST',
    takes: 'a host name or address',
    help: 'Address to listen on. Default 127.0.0.1.',
  },
  model: {
    option: ['models'],
    kind: 'texts',
    value: 'NAME',
    takes: 'a model name',
    help: 'Model to serve; repeat it for more. Default simulator.',
  },
  seed: number(
    ['seed'],
    wholeNumber(0, 4_294_967_295),
    'Seed of jitter, output lengths, words and fault rates. Default 0.',
  ),
  'api-key': {
    option: ['apiKey'],
    kind: 'text',
    value: 'KEY',
    takes: 'a key',
    help: 'Key requests under /v1 must bring as a bearer token. Default none.',
  },
  'max-num-seqs': number(
    ['engine', 'maxNumSeqs'],
    wholeNumber(1, 100_000),
    'Most sequences in a batch. Default 32.',
  ),
  'max-num-batched-tokens': number(
    ['engine', 'maxNumBatchedTokens'],
    wholeNumber(1, 10_000_000),
    'Most tokens a step computes, prefill included. Default 2048.',
  ),
  'kv-cache-tokens': number(
    ['engine', 'kvCacheTokens'],
    wholeNumber(16, 1_000_000_000),
    'Tokens the KV cache holds. Default 131072.',
  ),
  'max-model-len': number(
    ['engine', 'maxModelLen'],
    wholeNumber(2, 100_000_000),
    'Most tokens of prompt and output together. Default 32768.',
  ),
  'step-base-ms': number(['engine', 'stepBaseMs'], milliseconds, 'Cost of any step. Default 4.'),
  'step-per-sequence-ms': number(
    ['engine', 'stepPerSequenceMs'],
    milliseconds,
    'Cost a step has for each sequence in it. Default 0.25.',
  ),
  'prefill-ms-per-token': number(
    ['engine', 'prefillMsPerToken'],
    milliseconds,
    'Cost of each prompt token. Default 0.02.',
  ),
  'context-ms-per-token': number(
    ['engine', 'contextMsPerToken'],
    milliseconds,
    'Cost of each token a step attends to. Default 0.00002.',
  ),
  jitter: number(
    ['engine', 'jitter'],
    'a number from 0 to 2',
    'Log-normal spread of the step cost; 0 makes it exact. Default 0.05.',
  ),
  'chat-template-tokens': number(
    ['chatTemplateTokens'],
    wholeNumber(0, 10_000),
    'Tokens a chat template adds to each message. Default 0.',
  ),
  'max-body-bytes': number(
    ['maxBodyBytes'],
    wholeNumber(1, 1_073_741_824),
    'Larger request bodies are answered 413. Default 8388608.',
  ),
  fault: {
    option: ['faults'],
    kind: 'faults',
    value: 'NAME[:RATE]',
    takes: 'the name of a fault and, after a colon, the share of requests it strikes, above 0 and at most 1',
    help: 'Fault to strike requests with, all or a share of them; repeat it for more.',
  },
  'slow-headers-ms': number(
    ['slowHeadersMs'],
    wholeNumber(0, 600_000),
    'How long the fault slow-headers holds a request back. Default 500.',
  ),
  trace: {
    option: ['trace'],
    kind: 'switch',
    value: '',
    takes: 'no value',
    help: 'Record the send times of every request, not only of those with x-simulator-trace: 1.',
  },
  'trace-capacity': number(['traceCapacity'], wholeNumber(1, 1_000_000), 'Traces kept. Default 4096.'),
}
