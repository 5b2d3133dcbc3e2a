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
export { localAgent } from './local-agent.ts'
export {
  type ControlPlane,
  type ControlPlaneHealth,
  type ControlPlaneOptions,
  startControlPlane,
} from './start-worker.ts'
