import { createApp } from './app.ts'

export { AgentLink } from './objects/agent-link.ts'
export { RedisLink } from './objects/redis-link.ts'
export { RunChannel } from './objects/run-channel.ts'

export default createApp()
