export { createKey, listApiKeys, revokeApiKey } from './admin-keys.ts'
export { backupDatabase } from './backup.ts'
export {
  DatabaseLockedError,
  DatabaseNewerError,
  DatabaseUnwritableError,
  DataDirInUseError,
  DataDirUnwritableError,
  ListenFailedError,
  LocalRuntimeError,
  MigrationChangedError,
  MigrationFailedError,
  MigrationsUnreadableError,
  NotADatabaseError,
  OpenListenerError,
  PortTakenError,
  SecretInvalidError,
  SettingInvalidError,
  WebAppMissingError,
  WorkerBuildError,
  WorkerStartError,
} from './errors.ts'
export { type HranaServer, type HranaServerOptions, startHranaServer } from './hrana/server.ts'
export { localAgent } from './local-agent.ts'
export { type MigrateOptions, migrateDatabase } from './migrate.ts'
export { pruneDatabase } from './prune.ts'
export { restoreDatabase } from './restore.ts'
export {
  type ControlPlane,
  type ControlPlaneHealth,
  type ControlPlaneOptions,
  startControlPlane,
} from './start-worker.ts'
