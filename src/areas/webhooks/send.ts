import { messageOf, SlipwayError } from '../../base/error.ts'
import type { WebhookDeps } from './deps.ts'
import { headersOf } from './message.ts'
import { unseal } from './seal.ts'
import { checkUrl } from './webhook.ts'

export interface Post {
  readonly id: string
  readonly webhookId: string
  readonly sealed: Uint8Array
  readonly body: string
}

export type Answer =
  | { readonly status: number; readonly retryAfter: string | undefined; readonly body: string }
  /** `final`: it will be the same next time. */
  | { readonly status: null; readonly error: string; readonly final: boolean }

/** One post. The address is judged again, for what the operator allows may have changed since it was entered. */
export async function send(deps: WebhookDeps, post: Post, signal?: AbortSignal): Promise<Answer> {
  const { url, secret } = unseal(deps.secrets, post.webhookId, post.sealed)
  try {
    checkUrl(url, deps.rules)
    const answer = await deps.outbound.send({
      method: 'POST',
      url,
      headers: headersOf(post.id, post.body, secret, new Date()),
      body: post.body,
      ...(signal === undefined ? {} : { signal }),
    })
    const retryAfter = answer.headers['retry-after']
    return {
      status: answer.status,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      body: answer.body.toString('utf8'),
    }
  } catch (error) {
    signal?.throwIfAborted()
    const final = error instanceof SlipwayError && error.code !== 'destination_failed'
    return { status: null, error: messageOf(error), final }
  }
}
