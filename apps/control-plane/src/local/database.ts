// What needs the database alone: without the workers runtime and its bundler, which take seconds to load.
export { createKey, listApiKeys, revokeApiKey } from './admin-keys.ts'
export { backupDatabase } from './backup.ts'
export { type HranaServer, type HranaServerOptions, startHranaServer } from './hrana/server.ts'
export { type MigrateOptions, migrateDatabase } from './migrate.ts'
export { pruneDatabase } from './prune.ts'
export { restoreDatabase } from './restore.ts'
