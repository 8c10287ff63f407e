export { createServer, type HttpOptions, listen, type ServerDeps } from './server.ts'
export { createStatus, type StatusDeps } from './status.ts'
