export type { ArtifactRoot } from './artifact-root.ts'
export {
  type BlobsConfig,
  type Config,
  type DefaultPermission,
  type HttpConfig,
  readConfig,
} from './config.ts'
export { type Environment, environmentOf, type Given, parseOptions, readSettings } from './env.ts'
export { openSecrets, type Secrets } from './secrets.ts'
export { type Setting, type SettingName, settings } from './settings.ts'
export type { WebhooksConfig } from './webhooks.ts'
