import {
  AiperfExport,
  gpuCsv,
  gpuSamplesCsv,
  resultWorkbook,
  summaryCsv,
  VllmExport,
} from '@llm-loadtest/report'
import type { RunResult } from '@llm-loadtest/schema'
import { z } from 'zod'
import { type DatabaseAddress, withDb } from '../db/client.ts'
import { runView } from '../db/run-view.ts'
import { findRun } from '../db/runs.ts'
import type { Attachment } from '../domain/attachment.ts'
import { oneLevel } from '../domain/level-choice.ts'
import { NotFoundError } from '../errors.ts'
import { readRequests } from './read-requests.ts'

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** A file to download. */
export type ExportFile = Attachment & { type: string; body: string | Uint8Array }

export const CsvTable = z.enum(['summary', 'gpu', 'gpu_samples'])
export type CsvTable = z.infer<typeof CsvTable>

const CSV_OF: Record<CsvTable, (run: RunResult) => string> = {
  summary: summaryCsv,
  gpu: gpuCsv,
  gpu_samples: gpuSamplesCsv,
}

export type ResultFormat = 'csv' | 'xlsx' | 'json'

/** A run's result as a file. @param table of a CSV */
export async function resultFile(run: RunResult, format: ResultFormat, table: CsvTable): Promise<ExportFile> {
  switch (format) {
    case 'csv': {
      const ending = table === 'summary' ? '.csv' : `-${table}.csv`
      return { run, ending, type: 'text/csv; charset=utf-8', body: CSV_OF[table](run) }
    }
    case 'xlsx':
      return { run, ending: '.xlsx', type: XLSX, body: await resultWorkbook(run) }
    case 'json':
      return { run, ending: '.json', type: 'application/json', body: JSON.stringify(run, null, 2) }
    default:
      return format satisfies never
  }
}

const OTHER_TOOLS = { vllm: VllmExport, aiperf: AiperfExport } as const
/** A tool in the shape of whose file a level can be had. */
export type OtherTool = keyof typeof OTHER_TOOLS

export const isOtherTool = (format: ResultFormat | OtherTool): format is OtherTool => format in OTHER_TOOLS

/**
 * One level in the shape of another tool's file, from all of its request records that are stored.
 * @param levelIndex may be left out when the run has one level
 * @throws NotFoundError, UnprocessableError
 */
export async function otherToolFile(
  address: DatabaseAddress,
  runId: string,
  tool: OtherTool,
  levelIndex: number | undefined,
): Promise<ExportFile> {
  const run = await withDb(address, (db) => findRun(db, runId))
  if (!run) throw new NotFoundError('There is no run with this id.')
  const level = oneLevel(run.config, levelIndex)
  const content = new OTHER_TOOLS[tool](run.config.goodput_thresholds)
  for await (const records of readRequests(address, runId, level.index)) {
    for (const record of records) content.add(record)
  }
  const ending = `${levelIndex === undefined ? '' : `-level-${level.index}`}.${tool}.json`
  return {
    run,
    ending,
    type: 'application/json',
    body: JSON.stringify(content.content({ run: runView(run), level }), null, 2),
  }
}
