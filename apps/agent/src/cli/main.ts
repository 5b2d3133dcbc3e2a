import { Command, CommanderError } from 'commander'
import { VERSION } from '../version.ts'
import { type CalibrateFlags, calibrateAction } from './calibrate-action.ts'
import { EXIT, UsageError } from './exit-status.ts'
import { type GpuCommandFlags, gpuAction } from './gpu-action.ts'
import { addGpuFlags } from './gpu-flags.ts'
import { infoAction } from './info-action.ts'
import { joinAction } from './join-action.ts'
import { addJoinFlags, type JoinFlags } from './join-flags.ts'
import { runAction } from './run-action.ts'
import { type RunFlags, runCommand } from './run-flags.ts'

/** What the command line came to: an exit status. */
async function dispatch(args: readonly string[]): Promise<number> {
  let status: number = EXIT.ok
  const program = new Command('llm-loadtest')
    .description('Measures how fast an LLM server really is: TTFT, TPOT, ITL, throughput, goodput.')
    .version(VERSION, '--version', 'print the version')
    .helpOption('--help', 'show what there is')
    // A flag of the same name belongs to the command it follows.
    .enablePositionalOptions()
  addJoinFlags(program)
    .allowExcessArguments()
    .action(async (flags: JoinFlags, command: Command) => {
      const [unknown] = command.args
      if (unknown !== undefined) throw new UsageError(`there is no command "${unknown}": --help lists all`)
      status = await joinAction(flags)
    })
  program.addCommand(
    runCommand().action(async (flags: RunFlags) => {
      status = await runAction(flags)
    }),
  )
  program
    .command('info')
    .description('Shows the agent and the machine it runs on.')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      status = await infoAction(options)
    })
  addGpuFlags(program.command('gpu'))
    .description(
      'Shows the GPUs of this machine: memory, utilisation, temperature, power, clocks, processes.',
    )
    .option('--watch', 'again and again, until Ctrl-C')
    .option('--json', 'as JSON; with --watch one line each time')
    .action(async (flags: GpuCommandFlags) => {
      status = await gpuAction(flags)
    })
  program
    .command('calibrate')
    .description("Measures this host's limits: the largest load at which the agent's own times stay exact.")
    .option('--quick', 'about 15 seconds instead of a minute, with fewer steps')
    .option('--workers <n>', 'load worker threads (default: one for each spare core, at most 8)')
    .option('--json', 'as JSON')
    .action(async (flags: CalibrateFlags) => {
      status = await calibrateAction(flags)
    })
  for (const command of [program, ...program.commands]) command.exitOverride()
  await program.parseAsync([...args], { from: 'user' })
  return status
}

/** Runs the command line to its end and sets the process's exit status. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    process.exitCode = await dispatch(args)
  } catch (error) {
    if (error instanceof CommanderError) {
      // commander has said what is wrong; it uses 0 for help and version.
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.badUsage
      return
    }
    if (error instanceof UsageError) {
      process.stderr.write(`error: ${error.message}\n`)
      process.exitCode = EXIT.badUsage
      return
    }
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = EXIT.runFailed
  }
}
