import type { Attempt, Next } from '../../../base/area.ts'
import { messageOf, SlipwayError } from '../../../base/error.ts'
import type { MonitoringDeps } from '../deps.ts'
import { backoffMs, maxAttempts } from './backoff.ts'
import { readDelivery } from './reader.ts'
import { openChannel } from './seal.ts'
import { signedHeaders } from './signature.ts'

type Delivery = NonNullable<Awaited<ReturnType<typeof readDelivery>>>

interface Outcome {
  readonly state: 'pending' | 'delivered' | 'failed'
  readonly status: number | null
  readonly error: string | null
}

/**
 * One attempt to deliver. A crash between the post and its record sends again, under the same `webhook-id`: receivers
 * can tell.
 */
export async function deliver(deps: MonitoringDeps, id: string, attempt: Attempt): Promise<Next> {
  const delivery = await readDelivery(deps.store.read, id)
  if (delivery === undefined || delivery.state !== 'pending') return undefined
  const outcome = await post(deps, delivery, attempt)
  const attempts = delivery.attempts + 1
  await deps.store.housekeep(async (tx) => {
    await tx.fence(attempt)
    await tx.db
      .updateTable('alert_deliveries')
      .set({ ...outcome, attempts, finished_at: outcome.state === 'pending' ? null : tx.now })
      .where('id', '=', id)
      .execute()
    tx.hint(delivery.project_id, `alerts:${delivery.alert_id}`)
  })
  deps.log.info('alert.delivery', { delivery: id, channel: delivery.channel, attempts, ...outcome })
  if (outcome.state !== 'pending') return undefined
  return { again: new Date(Date.now() + backoffMs(attempts, Math.random())) }
}

async function post(deps: MonitoringDeps, delivery: Delivery, attempt: Attempt): Promise<Outcome> {
  if (delivery.deleted_at !== null)
    return { state: 'failed', status: null, error: 'The channel was deleted.' }
  const last = delivery.attempts + 1 >= maxAttempts
  const again = (status: number | null, error: string): Outcome => ({
    state: last ? 'failed' : 'pending',
    status,
    error,
  })
  try {
    const { url, secret } = openChannel(deps.secrets, delivery.channel_id, delivery.sealed)
    const body = JSON.stringify(delivery.payload)
    const headers = {
      'content-type': 'application/json',
      ...signedHeaders(secret, delivery.id, body, new Date()),
    }
    const { status } = await deps.outbound.send({
      method: 'POST',
      url,
      headers,
      body,
      signal: attempt.signal,
    })
    if (status >= 200 && status < 300) return { state: 'delivered', status, error: null }
    // 410: the receiver says that it wants no more.
    if (status === 410) return { state: 'failed', status, error: 'The receiver answered 410 Gone.' }
    return again(status, `The receiver answered ${status}.`)
  } catch (error) {
    if (attempt.signal.aborted) throw error
    const refused = error instanceof SlipwayError && error.code === 'destination_refused'
    return refused
      ? { state: 'failed', status: null, error: messageOf(error) }
      : again(null, messageOf(error))
  }
}
