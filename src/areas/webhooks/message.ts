import { createHmac } from 'node:crypto'
import type { Told } from './event.ts'

/** The body of a post: made once, so that every attempt sends and signs the same bytes. */
export function bodyOf({ event, data }: Told, project: string, at: Date): string {
  const [entity, action] = event.split('.')
  return JSON.stringify({ entity, action, timestamp: at.toISOString(), data, workspace: project })
}

/** The headers of a post as MLflow's receivers verify them: HMAC-SHA-256 of `<id>.<timestamp>.<body>`. */
export function headersOf(id: string, body: string, secret: string | null, at: Date): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  return {
    'content-type': 'application/json',
    'x-mlflow-delivery-id': id,
    'x-mlflow-timestamp': timestamp,
    ...(secret === null ? {} : { 'x-mlflow-signature': `v1,${signatureOf(secret, id, timestamp, body)}` }),
  }
}

function signatureOf(secret: string, id: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
}
