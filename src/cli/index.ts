export { type CliOptions, type Local, runCli } from './run.ts'
