import type { IncomingMessage, ServerResponse } from 'node:http'
import { uuidv7 } from '../../../base/id.ts'
import { loggedTensor } from '../log/summary.ts'
import type { PredictionLog } from '../log/writer.ts'
import type { Tensor } from '../onnx/tensor.ts'
import type { BodyReader } from './body.ts'
import type { Counters } from './counters.ts'
import type { Deployment } from './deployment.ts'
import { revisionFor } from './describe.ts'
import { inferAnswer } from './protocol/answer.ts'
import { Problem, unavailable } from './protocol/problem.ts'
import { type InferRequest, parseInferRequest } from './protocol/request.ts'
import type { Revision } from './revision.ts'

export interface InferDeps {
  readonly bodies: BodyReader
  readonly counters: Counters
  readonly predictions: Pick<PredictionLog, 'append'>
  readonly warn: (event: string, fields: Record<string, unknown>) => void
}

/** Answers one inference request. Rejects with a Problem; then nothing was sent. */
export async function infer(
  deps: InferDeps,
  call: {
    readonly request: IncomingMessage
    readonly response: ServerResponse
    readonly deployment: Deployment
    readonly version: string | undefined
  },
): Promise<void> {
  const { request, response, deployment, version } = call
  const began = performance.now()
  const time = Date.now()
  const body = await deps.bodies.read(request)
  try {
    const revision = revisionFor(deployment, version)
    const { spec } = revision
    if (!spec) throw unavailable(`Request for model '${deployment.facts.name}': the revision is not ready`, 2)
    const asked = parseInferRequest(body, jsonLength(request), spec)
    const of = { deploymentId: deployment.id, deployment: deployment.facts.name, number: revision.number }
    const rows = spec.inputs[0]?.shape[0] === -1 ? (asked.inputs[0]?.shape[0] ?? 1) : 1
    let status = 200
    try {
      const outputs = await revision.batcher.submit(asked.inputs, () => response.destroyed)
      await answer(deps, { response, deployment, revision, asked, outputs, began, time })
    } catch (error) {
      status = error instanceof Problem ? error.status : 500
      throw error
    } finally {
      if (status !== 499) deps.counters.answered(of, { status, rows, latencyMs: performance.now() - began })
    }
  } finally {
    deps.bodies.release(body)
  }
}

interface Answering {
  readonly response: ServerResponse
  readonly deployment: Deployment
  readonly revision: Revision
  readonly asked: InferRequest
  readonly outputs: readonly Tensor[]
  readonly began: number
  readonly time: number
}

/** Logs the prediction, then sends it: what was answered is on record. */
function answer(deps: InferDeps, answering: Answering): Promise<void> {
  const { deployment, revision, asked, outputs, began, time } = answering
  const id = uuidv7()
  const made = inferAnswer({ name: deployment.facts.name, version: String(revision.number) }, asked, outputs)
  return new Promise((resolve, reject) => {
    deps.predictions.append(
      {
        id,
        requestId: asked.id,
        time,
        deploymentId: deployment.id,
        revision: revision.number,
        modelVersionId: revision.modelVersionId,
        latencyUs: (performance.now() - began) * 1000,
        status: 200,
        inputs: asked.inputs.map(loggedTensor),
        outputs: outputs.map(loggedTensor),
      },
      (error) => {
        if (error !== undefined && !mayAnswerUnlogged(deps, deployment, error)) {
          reject(
            unavailable(
              'the prediction could not be logged, and this deployment answers nothing off the record',
              5,
            ),
          )
          return
        }
        send(answering.response, made, id, revision.number)
        resolve()
      },
    )
  })
}

/** A deployment of high risk answers nothing that is not on record. */
function mayAnswerUnlogged({ counters, warn }: InferDeps, { facts }: Deployment, error: unknown): boolean {
  if (facts.risk === 'high') return false
  if (counters.logDropped++ % 1000 === 0) {
    warn('prediction_log.dropped', { deployment: facts.name, dropped: counters.logDropped, error })
  }
  return true
}

function send(
  response: ServerResponse,
  made: ReturnType<typeof inferAnswer>,
  id: string,
  revision: number,
): void {
  const headers: Record<string, string | number> = {
    'content-type': made.type,
    'content-length': made.body.length,
    'slipway-prediction-id': id,
    'slipway-revision': revision,
  }
  if (made.jsonLength !== undefined) headers['inference-header-content-length'] = made.jsonLength
  response.writeHead(200, headers)
  response.end(made.body)
}

function jsonLength(request: IncomingMessage): number | undefined {
  const header = request.headers['inference-header-content-length']
  if (header === undefined) return undefined
  if (typeof header !== 'string' || !/^[0-9]{1,10}$/.test(header)) {
    throw new Problem(400, 'Inference-Header-Content-Length must be a number of bytes')
  }
  return Number(header)
}
