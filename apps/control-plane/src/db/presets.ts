import { type Preset, type PresetConfig, presetNameKey } from '@llm-loadtest/schema'
import { asc, eq, sql } from 'drizzle-orm'
import type { Db } from './client.ts'
import { presets } from './tables.ts'

/** A list without pages stays short. */
export const MAX_PRESETS = 500

type PresetRow = typeof presets.$inferSelect

const presetView = (row: PresetRow): Preset => ({
  preset_id: row.preset_id,
  name: row.name,
  built_in: false,
  config: row.config,
  created_at: new Date(row.created_at).toISOString(),
  updated_at: new Date(row.updated_at).toISOString(),
})

/** All stored presets, by name. */
export async function listPresets(db: Db): Promise<Preset[]> {
  const rows = await db.select().from(presets).orderBy(asc(presets.name_key)).limit(MAX_PRESETS)
  return rows.map(presetView)
}

export async function findPreset(db: Db, presetId: string): Promise<Preset | null> {
  const row = await db.select().from(presets).where(eq(presets.preset_id, presetId)).get()
  return row ? presetView(row) : null
}

/** The id of the stored preset that has this name, whatever its case. */
export async function findPresetByName(db: Db, name: string): Promise<string | null> {
  const row = await db
    .select({ preset_id: presets.preset_id })
    .from(presets)
    .where(eq(presets.name_key, presetNameKey(name)))
    .get()
  return row?.preset_id ?? null
}

type NewValues = { name: string; config: PresetConfig; nowMs: number }

/** Stores a new preset; null when its name is taken, or there are MAX_PRESETS. */
export async function insertPreset(
  db: Db,
  presetId: string,
  { name, config, nowMs }: NewValues,
): Promise<Preset | null> {
  const json = JSON.stringify(config)
  const stored = await db
    .insert(presets)
    .select(
      sql`select ${presetId}, ${name}, ${presetNameKey(name)}, ${json}, ${nowMs}, ${nowMs} where (select count(*) from ${presets}) < ${MAX_PRESETS}`,
    )
    .onConflictDoNothing()
    .returning()
  return stored[0] ? presetView(stored[0]) : null
}

/** Gives a preset another name and configuration; null when there is none, or another has the name. */
export async function replacePreset(
  db: Db,
  presetId: string,
  { name, config, nowMs }: NewValues,
): Promise<Preset | null> {
  const nameKey = presetNameKey(name)
  const taken = sql`exists (select 1 from presets as other where other.name_key = ${nameKey} and other.preset_id <> ${presetId})`
  const stored = await db
    .update(presets)
    .set({ name, name_key: nameKey, config, updated_at: nowMs })
    .where(sql`${presets.preset_id} = ${presetId} and not ${taken}`)
    .returning()
  return stored[0] ? presetView(stored[0]) : null
}

/** Deletes a preset. False when there is none. */
export async function deletePreset(db: Db, presetId: string): Promise<boolean> {
  const deleted = await db.delete(presets).where(eq(presets.preset_id, presetId))
  return deleted.rowsAffected === 1
}
