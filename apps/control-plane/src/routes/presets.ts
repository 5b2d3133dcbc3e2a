import { createRoute, z } from '@hono/zod-openapi'
import { NewPreset, newId, Preset, PresetId, PresetList } from '@llm-loadtest/schema'
import {
  deletePreset,
  findPreset,
  findPresetByName,
  insertPreset,
  listPresets,
  MAX_PRESETS,
  replacePreset,
} from '../db/presets.ts'
import { builtInPreset, builtInPresets, isBuiltInName } from '../domain/built-in-presets.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import { newRouter, useDb } from '../http.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { requires } from '../middleware/scope.ts'
import { BODY_PROBLEMS, jsonResponse, problems } from '../openapi/responses.ts'

const tags = ['Presets']
const path = '/benchmark/presets/{preset_id}'
const params = z.strictObject({ preset_id: PresetId })
const body = { required: true, content: { 'application/json': { schema: NewPreset } } }

const list = createRoute({
  method: 'get',
  path: '/benchmark/presets',
  operationId: 'listPresets',
  tags,
  summary: 'Presets: the built-in ones, then the others by name',
  middleware: requires('read'),
  responses: { 200: jsonResponse(PresetList, 'All presets.'), ...problems('unauthorized') },
})

const create = createRoute({
  method: 'post',
  path: '/benchmark/presets',
  operationId: 'createPreset',
  tags,
  summary: 'Keep part of a run definition under a name',
  middleware: [requires('run'), jsonBody] as const,
  request: { body },
  responses: {
    201: jsonResponse(Preset, 'Created.'),
    ...problems('unauthorized', 'conflict', ...BODY_PROBLEMS),
  },
})

const read = createRoute({
  method: 'get',
  path,
  operationId: 'getPreset',
  tags,
  summary: 'One preset',
  middleware: requires('read'),
  request: { params },
  responses: {
    200: jsonResponse(Preset, 'The preset.'),
    ...problems('unauthorized', 'not_found', 'unprocessable'),
  },
})

const replace = createRoute({
  method: 'put',
  path,
  operationId: 'replacePreset',
  tags,
  summary: 'Replace the name and the configuration of a preset',
  middleware: [requires('run'), jsonBody] as const,
  request: { params, body },
  responses: {
    200: jsonResponse(Preset, 'As it is now.'),
    ...problems('unauthorized', 'not_found', 'conflict', ...BODY_PROBLEMS),
  },
})

const remove = createRoute({
  method: 'delete',
  path,
  operationId: 'deletePreset',
  tags,
  summary: 'Delete a preset',
  middleware: requires('run'),
  request: { params },
  responses: {
    204: { description: 'Deleted.' },
    ...problems('unauthorized', 'not_found', 'conflict', 'unprocessable'),
  },
})

const noPreset = () =>
  new NotFoundError('There is no preset with this id; GET /benchmark/presets lists them.')
const nameTaken = () =>
  new ConflictError(
    'Another preset has this name, perhaps in another case; choose another, or change that one.',
  )

function refuseBuiltIn(presetId: string): void {
  const preset = builtInPreset(presetId)
  if (!preset) return
  throw new ConflictError(
    `“${preset.name}” is built in and cannot be changed or deleted; create a preset of your own with its values.`,
  )
}

function refuseBuiltInName(name: string): void {
  if (isBuiltInName(name)) throw new ConflictError('A built-in preset has this name; choose another.')
}

export const presetRoutes = newRouter()
  .openapi(list, async (c) => {
    const stored = await useDb(c, listPresets)
    return c.json({ presets: [...builtInPresets, ...stored] }, 200)
  })
  .openapi(create, async (c) => {
    const { name, config } = c.req.valid('json')
    refuseBuiltInName(name)
    const preset = await useDb(c, async (db) => {
      const stored = await insertPreset(db, newId('preset'), { name, config, nowMs: Date.now() })
      if (stored) return stored
      if (await findPresetByName(db, name)) throw nameTaken()
      throw new ConflictError(`There are ${MAX_PRESETS} presets, which is the most; delete one first.`)
    })
    return c.json(preset, 201)
  })
  .openapi(read, async (c) => {
    const { preset_id } = c.req.valid('param')
    const preset = builtInPreset(preset_id) ?? (await useDb(c, (db) => findPreset(db, preset_id)))
    if (!preset) throw noPreset()
    return c.json(preset, 200)
  })
  .openapi(replace, async (c) => {
    const { preset_id } = c.req.valid('param')
    const { name, config } = c.req.valid('json')
    refuseBuiltIn(preset_id)
    refuseBuiltInName(name)
    const preset = await useDb(c, async (db) => {
      const stored = await replacePreset(db, preset_id, { name, config, nowMs: Date.now() })
      if (stored) return stored
      throw (await findPreset(db, preset_id)) ? nameTaken() : noPreset()
    })
    return c.json(preset, 200)
  })
  .openapi(remove, async (c) => {
    const { preset_id } = c.req.valid('param')
    refuseBuiltIn(preset_id)
    if (!(await useDb(c, (db) => deletePreset(db, preset_id)))) throw noPreset()
    return c.body(null, 204)
  })
