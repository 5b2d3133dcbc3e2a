import manifest from '../package.json' with { type: 'json' }
import { helpText } from './cli/help-text.ts'
import { type Command, parseCommandLine, UsageError } from './cli/parse-command-line.ts'
import type { SimulatorOptions } from './options.ts'
import { ListenError, startSimulator } from './start-simulator.ts'

/** Runs the command line to its end; sets the exit status: 0 done, 1 the server could not start, 2 bad usage. */
export async function main(args: string[]): Promise<void> {
  let command: Command
  try {
    command = parseCommandLine(args)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`llm-simulator: ${error.message}\nllm-simulator --help lists the flags.\n`)
    process.exitCode = 2
    return
  }
  switch (command.kind) {
    case 'help':
      process.stdout.write(helpText())
      return
    case 'version':
      process.stdout.write(`${manifest.version}\n`)
      return
    case 'start':
      return serve(command.options)
    default:
      command satisfies never
  }
}

async function serve(options: SimulatorOptions): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  try {
    const simulator = await startSimulator(options)
    process.stdout.write(
      `llm-simulator is listening on ${simulator.url} (models: ${options.models.join(', ')})\n`,
    )
    await stopped
    await simulator.close()
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    process.stderr.write(`llm-simulator: ${error.message}\n`)
    process.exitCode = 1
  }
}
