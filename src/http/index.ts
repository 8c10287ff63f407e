export { listen } from './listen.ts'
export { createServer, type HttpOptions, type ServerDeps } from './server.ts'
export { createStatus, type StatusDeps } from './status.ts'
