import { SlipwayError } from '../../base/error.ts'
import type { WebhookEvent, WebhookStatus } from '../../contract/webhooks.ts'

export interface Webhook {
  readonly id: string
  readonly projectId: string
  readonly name: string
  readonly description: string | null
  readonly url: string
  readonly host: string
  readonly signed: boolean
  readonly events: readonly WebhookEvent[]
  readonly status: WebhookStatus
  readonly created: Date
  readonly updated: Date
}

export function checkName(name: string): void {
  if (/^(?=.{1,63}$)[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i.test(name)) return
  throw invalid(
    `Webhook name '${name}' is invalid. It must start and end with a letter or digit, be less than 63 characters ` +
      'long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-).',
  )
}

export function checkEvents(events: readonly WebhookEvent[]): void {
  if (events.length > 0) return
  throw invalid('Webhook events must be a non-empty list of WebhookEvent objects: [].')
}

/** Judges an address as far as that can be without resolving it; `loopback` may be reached by http. */
export function checkUrl(url: string, allowed: { schemes: readonly string[]; loopbackHttp: boolean }): void {
  if (url.trim() === '') throw invalid(`Webhook URL cannot be empty or just whitespace: '${url}'`)
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url.trim())?.[1]?.toLowerCase() ?? ''
  const parsed = URL.parse(url)
  if (parsed === null && allowed.schemes.includes(scheme)) throw invalid(`Invalid webhook URL '${url}'`)
  if (parsed === null && scheme === 'http') throw invalid(`Invalid webhook URL '${url}'`)
  const local = scheme === 'http' && allowed.loopbackHttp && isLoopbackName(parsed?.hostname ?? '')
  if (!allowed.schemes.includes(scheme) && !local) {
    throw invalid(
      `Invalid webhook URL scheme: '${scheme}'. Allowed schemes are: ${allowed.schemes.join(', ')}.`,
    )
  }
  if (parsed?.hostname === '') throw invalid(`Webhook URL must include a hostname: '${url}'`)
}

function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

export function webhookNotFound(id: string): SlipwayError {
  return new SlipwayError('not_found', `Webhook with ID ${id} not found.`)
}

function invalid(message: string): SlipwayError {
  return new SlipwayError('invalid_argument', message)
}
