export { type ModelServerOptions, runModelServer } from './run.ts'
