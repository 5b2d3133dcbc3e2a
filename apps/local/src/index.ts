export { logToStderr } from './log-filter.ts'
export { type Stack, type StackOptions, startStack } from './stack.ts'
export { ensureWebBuild } from './web-build.ts'
