import { ApiError, failureOf, unreachable } from '../../client/failure.ts'
import type { Signature } from '../../contract/models.ts'
import { command, type Place } from '../command.ts'
import { readText } from '../files.ts'
import { UsageError } from '../usage.ts'

const help = 'slipway predict --help'

interface InferenceRequest {
  readonly id?: string
  readonly inputs: readonly { name: string; datatype: string; shape: number[]; data: unknown[] }[]
}

/**
 * Makes a request of the Open Inference Protocol of what people write: a whole request as it is, else rows (arrays, or
 * objects by feature name) for a model of one input.
 */
export function requestOf(given: unknown, signature: Signature): InferenceRequest {
  if (typeof given === 'object' && given !== null && 'inputs' in given) return given as InferenceRequest
  const [input, second] = signature.inputs
  if (input === undefined || second !== undefined) {
    throw new UsageError('This model takes several inputs: give a whole request, {"inputs": […]}.', help)
  }
  const rows = Array.isArray(given) && given.every((row) => typeof row === 'object') ? given : [given]
  const values = rows.map((row) => rowOf(row, input.columns ?? []))
  const width = values[0]?.length ?? 0
  if (values.some((row) => row.length !== width))
    throw new UsageError('The rows are not of the same length.', help)
  const shape = input.shape.length === 1 ? [values.length] : [values.length, width]
  return { inputs: [{ name: input.name, datatype: input.datatype, shape, data: values.flat() }] }
}

function rowOf(row: unknown, columns: readonly string[]): unknown[] {
  if (Array.isArray(row)) return row.flat(Number.POSITIVE_INFINITY)
  if (typeof row !== 'object' || row === null) return [row]
  const missing = columns.find((column) => !(column in row))
  if (missing !== undefined) throw new UsageError(`A row lacks the feature \`${missing}\`.`, help)
  if (columns.length === 0)
    throw new UsageError('This model has no named features: give rows as arrays.', help)
  return columns.map((column) => (row as Record<string, unknown>)[column])
}

/** Where models answer: as chosen, as known from logging in, else beside the platform on its usual port. */
export function inferenceUrl(place: Place, chosen: string | undefined): string {
  if (chosen !== undefined) return chosen.replace(/\/+$/, '')
  if (place.credential.inferenceUrl !== undefined) return place.credential.inferenceUrl
  const url = new URL(place.url)
  url.port = '4680'
  return url.origin
}

export const predictCommands = [
  command({
    name: 'predict',
    summary: 'Asks a deployment for predictions',
    arguments: [
      { name: 'deployment', summary: 'name of the deployment' },
      { name: 'input', summary: 'JSON, or a file with it (`@file`, `-`): rows, or a whole request' },
    ],
    options: {
      id: { summary: 'Your own id of the request, to join labels by', value: 'ID' },
      'inference-url': { summary: 'Where models answer (SLIPWAY_INFERENCE_URL)', value: 'URL' },
    },
    examples: [
      `slipway predict digit-reader '[[0, 0, 5, 13]]'`,
      'slipway predict digit-reader @rows.json --id a-1',
    ],
    async run({ place, arguments: { deployment, input }, options, terminal, signal }) {
      const { client, project, credential } = place
      const text =
        input === '-'
          ? await terminal.read()
          : input.startsWith('@')
            ? readText(terminal, input.slice(1))
            : input
      const shown = await client.deployments.get({ params: { project, deployment } })
      const serving = shown.revisions.reduce<(typeof shown.revisions)[number] | undefined>(
        (best, each) => (each.weight > (best?.weight ?? 0) ? each : best),
        undefined,
      )
      if (serving === undefined)
        throw new UsageError(`${deployment} serves no model yet.`, `slipway deployments show ${deployment}`)
      const request = requestOf(parseInput(text), serving.signature as Signature)
      const base = inferenceUrl(place, options['inference-url'] ?? terminal.environment.SLIPWAY_INFERENCE_URL)
      const response = await fetch(`${base}/v2/models/${encodeURIComponent(shown.inference_name)}/infer`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(credential.token === undefined ? {} : { authorization: `Bearer ${credential.token}` }),
        },
        body: JSON.stringify(options.id === undefined ? request : { ...request, id: options.id }),
        signal,
      }).catch((thrown: unknown) => {
        throw unreachable(base, thrown)
      })
      if (!response.ok) throw await inferenceFailure(response)
      const answer: unknown = await response.json()
      const prediction = response.headers.get('slipway-prediction-id')
      return {
        data: { prediction_id: prediction, ...(answer as object) },
        show: () => `${outputsOf(answer)}${prediction === null ? '' : `prediction  ${prediction}\n`}`,
      }
    },
  }),
]

function parseInput(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError('The input is not JSON.', help)
  }
}

/** The Open Inference Protocol answers errors as `{ error: "…" }`. */
async function inferenceFailure(response: Response): Promise<ApiError> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined
  if (typeof error !== 'string') return failureOf(response)
  return new ApiError({
    status: response.status,
    code: `http_${response.status}`,
    message: error,
    remedy: 'Correct the request, or see `slipway deployments show`.',
  })
}

function outputsOf(answer: unknown): string {
  const { outputs = [] } = answer as { outputs?: { name: string; data: unknown[] }[] }
  return outputs
    .map(({ name, data }) => `${name}  ${data.map((value) => String(value)).join(' ')}\n`)
    .join('')
}
