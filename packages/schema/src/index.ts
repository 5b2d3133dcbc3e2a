export * from './access.ts'
export * from './agent-protocol.ts'
export * from './api.ts'
export * from './comparison.ts'
export * from './gpu-result.ts'
export * from './gpu-sample.ts'
export * from './id.ts'
export * from './level-result.ts'
export { DEFAULT_NUM_PROMPTS, MAX_LEVELS } from './load-fields.ts'
export * from './load-profile.ts'
export * from './presets.ts'
export * from './problem.ts'
export * from './progress.ts'
export { RESERVED_BODY_FIELDS } from './request-additions.ts'
export * from './request-record.ts'
export {
  GoodputThresholds,
  RunConfig,
  RunDefinition,
  type RunDefinitionInput,
} from './run-definition.ts'
export * from './run-result.ts'
export * from './secret.ts'
export * from './validity.ts'
export * from './viewer-protocol.ts'
export { DatasetFormat, expectedLength, shortestLength, TokenLength } from './workload-fields.ts'
