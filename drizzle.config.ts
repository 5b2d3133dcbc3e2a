import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: './apps/control-plane/src/db/tables.ts',
  out: './drizzle',
})
