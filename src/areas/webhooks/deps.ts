import type { Log } from '../../base/log.ts'
import type { Secrets } from '../../config/index.ts'
import type { Outbound } from '../../outbound/outbound.ts'
import type { Store } from '../../store/store.ts'

export interface WebhookDeps {
  readonly store: Store
  readonly secrets: Secrets
  readonly outbound: Outbound
  readonly log: Log
  readonly rules: WebhookRules
}

/** What the operator allows. */
export interface WebhookRules {
  /** Schemes of addresses. */
  readonly schemes: readonly string[]
  /** Programs of this machine may also be reached by http. */
  readonly loopbackHttp: boolean
  /** How often a delivery is tried again. */
  readonly retries: number
}
