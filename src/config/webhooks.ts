import type { Given } from './env.ts'
import { flag, list, whole } from './parse.ts'

export interface WebhooksConfig {
  /** Of addresses, in lower case. */
  readonly schemes: readonly string[]
  /** Any private address may be reached. */
  readonly allowPrivate: boolean
  readonly retries: number
  readonly timeoutMs: number
}

export function readWebhooks(given: Given): WebhooksConfig {
  const schemes = list(given.webhookSchemes).map((scheme) => scheme.toLowerCase())
  return {
    schemes: schemes.length === 0 ? ['https'] : schemes,
    allowPrivate: flag('webhookPrivate', given.webhookPrivate?.toLowerCase()),
    retries: whole('webhookRetries', given.webhookRetries, { fallback: 12, most: 100 }),
    timeoutMs: whole('webhookTimeout', given.webhookTimeout, { fallback: 30, most: 600 }) * 1000,
  }
}
