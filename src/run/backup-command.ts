import { createLog } from '../base/log.ts'
import { type Given, readConfig } from '../config/index.ts'
import { runBackup, runRestore } from './backup.ts'

/** `slipway backup FILE`. */
export async function backup(given: Given, file: string): Promise<undefined> {
  const config = readConfig(given)
  const summary = await runBackup(config, file, createLog({ level: 'warn' }))
  process.stdout.write(`Backed up ${config.home} to ${file}: ${JSON.stringify(summary)}\n`)
}

/** `slipway restore FILE`. */
export async function restore(given: Given, file: string): Promise<undefined> {
  const config = readConfig(given)
  await runRestore(config, file, createLog({ level: 'warn' }))
  process.stdout.write(`Restored ${file} to ${config.home}. Start it with \`slipway up\`.\n`)
}
