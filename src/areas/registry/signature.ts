import { parse } from 'yaml'
import type { Signature, Tensor } from './model.ts'

export interface Verdict {
  readonly compatible: boolean
  /** What breaks callers. */
  readonly reasons: string[]
  /** What changes for callers without breaking them. */
  readonly notes: string[]
}

/** Whether callers of one version can call another unchanged, and if not, why. */
export function compatibility(a: Signature | null, b: Signature | null): Verdict {
  if (a === null || b === null) {
    const reasons = ['a version has no signature, so nothing can be said']
    return { compatible: false, reasons, notes: [] }
  }
  const reasons = [
    ...b.inputs.flatMap((input) => accepts(a.inputs, input)),
    ...a.inputs
      .filter((input) => !b.inputs.some((one) => one.name === input.name))
      .map((input) => `input \`${input.name}\` is no longer there`),
    ...a.outputs.flatMap((output) => offers(b.outputs, output)),
  ]
  return { compatible: reasons.length === 0, reasons, notes: additions(a, b) }
}

function accepts(before: readonly Tensor[], input: Tensor): string[] {
  const same = before.find((one) => one.name === input.name)
  const name = `input \`${input.name}\``
  if (same === undefined) return input.optional ? [] : [`${name} is new`]
  if (same.optional && !input.optional) return [`${name} was optional and is required`]
  if (same.datatype !== input.datatype) return [`${name} was ${same.datatype} and is ${input.datatype}`]
  if (!fits(same.shape, input.shape)) {
    return [`${name} had shape [${same.shape.join(', ')}] and has [${input.shape.join(', ')}]`]
  }
  const columns = same.columns !== undefined && input.columns !== undefined
  if (columns && same.columns?.join('\n') !== input.columns?.join('\n')) return [`${name} has other columns`]
  return []
}

function offers(after: readonly Tensor[], output: Tensor): string[] {
  const same = after.find((one) => one.name === output.name)
  const name = `output \`${output.name}\``
  if (same === undefined) return [`${name} is no longer there`]
  if (same.datatype !== output.datatype) return [`${name} was ${output.datatype} and is ${same.datatype}`]
  if (fits(same.shape, output.shape)) return []
  return [`${name} had shape [${output.shape.join(', ')}] and has [${same.shape.join(', ')}]`]
}

function additions(a: Signature, b: Signature): string[] {
  const isNew = (before: readonly Tensor[]) => (tensor: Tensor) =>
    !before.some((one) => one.name === tensor.name)
  return [
    ...b.inputs
      .filter((one) => one.optional && isNew(a.inputs)(one))
      .map((one) => `optional input \`${one.name}\` is new`),
    ...b.outputs.filter(isNew(a.outputs)).map((one) => `output \`${one.name}\` is new`),
  ]
}

/** Whether what had the first shape can be given where the second is asked for; -1 takes any size. */
function fits(given: readonly number[], asked: readonly number[]): boolean {
  return given.length === asked.length && asked.every((size, axis) => size === -1 || size === given[axis])
}

/**
 * Names the second axis of a model's only input by the columns that an MLmodel file declares, when their number fits:
 * ONNX itself knows nothing of feature names.
 */
export function withColumns(signature: Signature, mlmodel: string | undefined): Signature {
  const [input, ...others] = signature.inputs
  const columns = mlmodel === undefined ? undefined : declaredColumns(mlmodel)
  if (input === undefined || others.length > 0 || input.columns !== undefined || columns === undefined) {
    return signature
  }
  const width = input.shape[1]
  if (input.shape.length !== 2 || (width !== -1 && width !== columns.length)) return signature
  return { ...signature, inputs: [{ ...input, columns }] }
}

function declaredColumns(mlmodel: string): string[] | undefined {
  try {
    const inputs: unknown = JSON.parse(String(parse(mlmodel)?.signature?.inputs))
    if (!Array.isArray(inputs) || inputs.length === 0) return undefined
    const names = inputs.map((input: unknown) =>
      typeof input === 'object' && input !== null && 'name' in input && !isTensor(input)
        ? input.name
        : undefined,
    )
    return names.every((name) => typeof name === 'string') ? names : undefined
  } catch {
    return undefined
  }
}

function isTensor(input: object): boolean {
  return 'type' in input && input.type === 'tensor'
}
