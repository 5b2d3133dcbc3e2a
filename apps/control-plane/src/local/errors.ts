/** Why the local runtime could not do what it was asked: a stable code, and a message that says what to do. */
export class LocalRuntimeError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** The database file or its folder cannot be created or written. */
export class DatabaseUnwritableError extends LocalRuntimeError {
  constructor(path: string, cause: unknown) {
    super(
      'DATABASE_UNWRITABLE',
      `Cannot write the database ${path}: ${reasonOf(cause)}. Make the file and its folder writable, or set DATA_DIR to a writable folder.`,
      { cause },
    )
  }
}

/** A setting holds something else than what it takes. */
export class SettingInvalidError extends LocalRuntimeError {
  constructor(name: string, value: string, takes: string) {
    super('SETTING_INVALID', `${name}=${value} is not ${takes}.`)
  }
}

/** The file exists and is something else than a SQLite database. */
export class NotADatabaseError extends LocalRuntimeError {
  constructor(path: string, cause: unknown) {
    super(
      'NOT_A_DATABASE',
      `${path} is not a SQLite database, or it is damaged; it was left untouched. Move it away, restore a backup, or set DATA_DIR to another folder.`,
      { cause },
    )
  }
}

/** Another process holds a lock on the database file for longer than we wait. */
export class DatabaseLockedError extends LocalRuntimeError {
  constructor(path: string, cause: unknown) {
    super(
      'DATABASE_LOCKED',
      `Another process has locked the database ${path}. Close the program that has it open, then start again.`,
      { cause },
    )
  }
}

/** The database holds migrations this build has never heard of. */
export class DatabaseNewerError extends LocalRuntimeError {
  constructor(unknownCount: number) {
    super(
      'DATABASE_NEWER',
      `The database was written by a newer version (it holds ${unknownCount} migration(s) unknown to this one); nothing was changed. Upgrade, or use another DATA_DIR.`,
    )
  }
}

/** A migration that the database has applied is no longer what the migrations folder says. */
export class MigrationChangedError extends LocalRuntimeError {
  constructor(tag: string) {
    super(
      'MIGRATION_CHANGED',
      `Migration ${tag} was edited after this database applied it; nothing was changed. Restore the original file and put the change into a new migration, or use another DATA_DIR.`,
    )
  }
}

/** A migration could not be applied; it was rolled back, the ones before it stay. */
export class MigrationFailedError extends LocalRuntimeError {
  constructor(tag: string, cause: unknown) {
    super(
      'MIGRATION_FAILED',
      `Migration ${tag} failed and was rolled back: ${reasonOf(cause)}. No data was lost; fix the cause and start again to go on from here.`,
      { cause },
    )
  }
}

/** The migrations folder or a file in it is missing or unreadable. */
export class MigrationsUnreadableError extends LocalRuntimeError {
  constructor(folder: string, cause: unknown) {
    super(
      'MIGRATIONS_UNREADABLE',
      `Cannot read the migrations in ${folder}: ${reasonOf(cause)}. Restore the folder from the repository.`,
      { cause },
    )
  }
}

/** The data folder cannot be created or written. */
export class DataDirUnwritableError extends LocalRuntimeError {
  constructor(dataDir: string, cause: unknown) {
    super(
      'DATA_DIR_UNWRITABLE',
      `Cannot write the data folder ${dataDir}: ${reasonOf(cause)}. Make it writable, or set DATA_DIR to a writable folder.`,
      { cause },
    )
  }
}

/** A file that is to be restored, or the database to be backed up, is not one. */
export class BackupInvalidError extends LocalRuntimeError {
  constructor(path: string, reason: string) {
    super(
      'BACKUP_INVALID',
      `${path} cannot be used: ${reason}. Name a file that \`npm run admin -- backup\` wrote, or the right DATA_DIR.`,
    )
  }
}

/** The file a backup is to be written into is there already. */
export class BackupExistsError extends LocalRuntimeError {
  constructor(path: string) {
    super('BACKUP_EXISTS', `${path} exists and was left untouched. Name a file that does not.`)
  }
}

/** A backup could not be written. */
export class BackupFailedError extends LocalRuntimeError {
  constructor(path: string, cause: unknown) {
    super('BACKUP_FAILED', `The backup ${path} could not be written: ${reasonOf(cause)}.`, { cause })
  }
}

/** A backup could not be put into the database, which is as it was. */
export class RestoreFailedError extends LocalRuntimeError {
  constructor(path: string, cause: unknown) {
    super('RESTORE_FAILED', `Nothing was restored, ${path} is as it was: ${reasonOf(cause)}.`, { cause })
  }
}

/** Another running control plane owns the data folder. */
export class DataDirInUseError extends LocalRuntimeError {
  constructor(dataDir: string, holder: string, cause: unknown) {
    super(
      'DATA_DIR_IN_USE',
      `The data folder ${dataDir} is in use by ${holder}. Stop that one, or set DATA_DIR to another folder.`,
      { cause },
    )
  }
}

/** The secret file in the data folder does not hold what it should. */
export class SecretInvalidError extends LocalRuntimeError {
  constructor(path: string) {
    super(
      'SECRET_INVALID',
      `${path} does not hold 32 random bytes in base64. Restore it from a backup; deleting it makes a new one, but stored API keys of LLM servers can then no longer be decrypted.`,
    )
  }
}

/** The wanted port is taken. */
export class PortTakenError extends LocalRuntimeError {
  constructor(host: string, port: number, cause: unknown) {
    super(
      'PORT_TAKEN',
      `Port ${port} on ${host} is taken by another program. Stop it, or set PORT to a free port (0 picks one).`,
      { cause },
    )
  }
}

/** The wanted address cannot be listened on. */
export class ListenFailedError extends LocalRuntimeError {
  constructor(host: string, port: number, cause: unknown) {
    super(
      'LISTEN_FAILED',
      `Cannot listen on ${host}, port ${port}: ${reasonOf(cause)}. Choose an address of this machine and a port it lets you use.`,
      { cause },
    )
  }
}

/** A listener others can reach was asked for without an API key. */
export class OpenListenerError extends LocalRuntimeError {
  constructor(host: string) {
    super(
      'OPEN_LISTENER',
      `Refusing to listen on ${host} without authentication: everyone who reaches it could start load tests. Set LLM_LOADTEST_API_KEY, or set LLM_LOADTEST_ALLOW_OPEN=1 to accept that.`,
    )
  }
}

/** The folder of the built web app is missing. */
export class WebAppMissingError extends LocalRuntimeError {
  constructor(directory: string) {
    super(
      'WEB_APP_MISSING',
      `The web app is not built (${directory} has no index.html). Run \`npm run build:web\` first.`,
    )
  }
}

/** The worker's configuration or source cannot be turned into a runnable worker. */
export class WorkerBuildError extends LocalRuntimeError {
  constructor(what: string, cause: unknown) {
    super('WORKER_BUILD_FAILED', `Cannot build the worker from ${what}: ${reasonOf(cause)}`, { cause })
  }
}

/** The worker was built, but its runtime did not come up. */
export class WorkerStartError extends LocalRuntimeError {
  constructor(cause: unknown) {
    super('WORKER_START_FAILED', `The worker did not start: ${reasonOf(cause)}`, { cause })
  }
}

/** The text of a caught value, for a message. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
