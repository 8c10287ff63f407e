import { createHash } from 'node:crypto'
import { SlipwayError } from '../../base/error.ts'
import type { Outputs, StepSpec } from './step.ts'

export type StepState = 'pending' | 'running' | 'succeeded' | 'cached' | 'failed' | 'skipped' | 'cancelled'

export interface StepStatus {
  readonly name: string
  readonly needs: readonly string[]
  readonly state: StepState
}

const done: ReadonlySet<StepState> = new Set(['succeeded', 'cached'])
const dead: ReadonlySet<StepState> = new Set(['failed', 'skipped', 'cancelled'])

/** Checks names, kinds and order, and returns the steps with all their needs, so that each need stands before. */
export function orderSteps(
  steps: readonly StepSpec[],
  kinds: ReadonlySet<string>,
): readonly Required<StepSpec>[] {
  const names = new Set<string>()
  return steps.map((step) => {
    if (names.has(step.name)) throw invalid(`Two steps are named '${step.name}'.`)
    if (!kinds.has(step.kind)) {
      throw invalid(`Step '${step.name}' is of unknown kind '${step.kind}'; known: ${[...kinds].join(', ')}.`)
    }
    const needs = [...new Set([...(step.needs ?? []), ...references(step.with).map((ref) => ref.step)])]
    const missing = needs.find((need) => !names.has(need))
    if (missing !== undefined)
      throw invalid(`Step '${step.name}' needs '${missing}', which does not stand before it.`)
    names.add(step.name)
    return { ...step, needs }
  })
}

/** What should happen next: steps to start, steps to skip, and whether the whole is over. */
export function advance(steps: readonly StepStatus[]): {
  start: readonly string[]
  skip: readonly string[]
  over: 'succeeded' | 'failed' | undefined
} {
  const byName = new Map(steps.map((step) => [step.name, step]))
  const start: string[] = []
  const skip: string[] = []
  const skipped = new Set<string>()
  for (const step of steps) {
    if (step.state !== 'pending') continue
    const needs = step.needs.map((need) => byName.get(need))
    if (needs.some((need) => need !== undefined && (dead.has(need.state) || skipped.has(need.name)))) {
      skip.push(step.name)
      skipped.add(step.name)
    } else if (needs.every((need) => need !== undefined && done.has(need.state))) {
      start.push(step.name)
    }
  }
  const open = steps.some(
    (step) => step.state === 'running' || (step.state === 'pending' && !skipped.has(step.name)),
  )
  if (open) return { start, skip, over: undefined }
  return { start, skip, over: steps.every((step) => done.has(step.state)) ? 'succeeded' : 'failed' }
}

/** Replaces each `{ from: 'step.output' }` by that output. Throws when it is not there: a bug of the pipeline's author. */
export function resolve(value: unknown, outputs: ReadonlyMap<string, Outputs>): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, outputs))
  if (value === null || typeof value !== 'object') return value
  const reference = referenceOf(value)
  if (reference) {
    const found = outputs.get(reference.step)?.[reference.output]
    if (found === undefined) throw invalid(`Step '${reference.step}' has no output '${reference.output}'.`)
    return found
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, outputs)]))
}

/** The digest of all that a step's outputs depend on. */
export function cacheKey(kind: string, version: string, resolved: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, version, sorted(resolved)]))
    .digest('hex')
}

function references(value: unknown): { step: string; output: string }[] {
  if (Array.isArray(value)) return value.flatMap(references)
  if (value === null || typeof value !== 'object') return []
  const reference = referenceOf(value)
  return reference ? [reference] : Object.values(value).flatMap(references)
}

function referenceOf(value: object): { step: string; output: string } | undefined {
  const from = 'from' in value && Object.keys(value).length === 1 ? value.from : undefined
  if (typeof from !== 'string') return undefined
  const dot = from.indexOf('.')
  if (dot < 1) throw invalid(`'${from}' is not of the form step.output.`)
  return { step: from.slice(0, dot), output: from.slice(dot + 1) }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  )
}

function invalid(message: string): SlipwayError {
  return new SlipwayError('invalid_argument', message)
}
