import { CronExpressionParser } from 'cron-parser'
import { Compile } from 'typebox/compile'
import { isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { messageOf, SlipwayError } from '../../base/error.ts'
import { LineSpec } from '../../contract/linespec.ts'
import { checkGates } from '../governance/index.ts'
import { parseCondition } from '../serving/index.ts'

const schema = Compile(LineSpec)
type Path = readonly (string | number)[]

/**
 * Reads the text of slipway.yaml. Fails with `invalid_yaml`: line and column, what is wrong, what is allowed.
 * @param files the files that came with it, by the path written in the YAML
 */
export function parseSpec(yaml: string, files: ReadonlySet<string>): LineSpec {
  const lines = new LineCounter()
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false, strict: true })
  const problem = document.errors[0]
  if (problem) throw invalid(lines.linePos(problem.pos[0]), problem.message)
  const value: unknown = located({ line: 1, col: 1 }, () => document.toJS({ maxAliasCount: 20 }))
  const at = (path: Path) => lines.linePos(offsetOf(document.contents, path))
  if (!schema.Check(value)) throw describe(value, at)
  checkMeaning(value, files, at)
  return value
}

type At = (path: Path) => { line: number; col: number }

function describe(value: unknown, at: At): SlipwayError {
  // of several errors the deepest says most: a wrong member of a union also reports all that it is not
  const errors = [...schema.Errors(value)].map((error) => ({ ...error, path: pathOf(error) }))
  const deepest = errors.reduce((best, error) => (error.path.length > best.path.length ? error : best))
  const where = deepest.path.join('.')
  // TypeBox reports a key that is not allowed as a value for which the schema is `false`
  if (deepest.keyword === 'boolean') {
    const allowed = keysAllowed(deepest.path.slice(0, -1)).join(', ')
    return invalid(at(deepest.path), `'${where}' is not known here; allowed: ${allowed}`)
  }
  if (deepest.keyword === 'required') {
    const missing = (deepest.params as { requiredProperties?: string[] }).requiredProperties ?? []
    return invalid(
      at(deepest.path),
      `${where === '' ? 'the file' : `'${where}'`} lacks ${missing.join(', ')}`,
    )
  }
  return invalid(at(deepest.path), `'${where}' ${deepest.message}${hintAt(deepest.path)}`)
}

function pathOf(error: { instancePath: string }): (string | number)[] {
  return error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^[0-9]+$/.test(part) ? Number(part) : part))
}

/** The schema at a path, as plain JSON schema. */
function schemaAt(path: Path): Record<string, unknown> | undefined {
  let here = LineSpec as unknown as Record<string, unknown> | undefined
  for (const part of path) {
    const next =
      typeof part === 'number'
        ? here?.items
        : (here?.properties as Record<string, unknown> | undefined)?.[part]
    here = next as Record<string, unknown> | undefined
  }
  return here
}

function keysAllowed(path: Path): string[] {
  return Object.keys((schemaAt(path)?.properties as object | undefined) ?? {})
}

function hintAt(path: Path): string {
  const found = schemaAt(path)
  if (Array.isArray(found?.enum)) return `; allowed: ${found.enum.join(', ')}`
  return typeof found?.description === 'string' ? ` (${found.description})` : ''
}

/** The deepest node on the way to a path: where a person should look. */
function offsetOf(root: Node | null, path: Path): number {
  let node = root
  let offset = root?.range?.[0] ?? 0
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => String(item.key) === String(part))
      if (!pair) break
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value as Node | null
    } else if (isSeq(node)) {
      const item = node.items[Number(part)] as Node | undefined
      if (!item) break
      offset = item.range?.[0] ?? offset
      node = item
    } else break
  }
  return offset
}

/** What a schema cannot say. */
function checkMeaning(spec: LineSpec, files: ReadonlySet<string>, at: At): void {
  const named: [Path, string | undefined][] = [
    [['data', 'checks'], spec.data.checks],
    [['train', 'python'], spec.train.python],
  ]
  for (const [path, file] of named) {
    if (file !== undefined && !files.has(file))
      throw invalid(at(path), `the file '${file}' was not sent along`)
  }
  const steps = spec.deploy?.rollout?.steps ?? [100]
  const path = ['deploy', 'rollout', 'steps']
  if (steps.at(-1) !== 100) throw invalid(at(path), 'the last step must be 100')
  if (steps.some((step, i) => i > 0 && step <= (steps[i - 1] ?? 0)))
    throw invalid(at(path), 'steps must rise')
  spec.deploy?.rollout?.abort_if?.forEach((condition, i) => {
    located(at(['deploy', 'rollout', 'abort_if', i]), () => parseCondition(condition))
  })
  const { min, max } = spec.monitor?.performance ?? {}
  if (spec.monitor?.performance && (min === undefined) === (max === undefined)) {
    throw invalid(at(['monitor', 'performance']), "give exactly one of 'min' and 'max'")
  }
  spec.gates?.forEach((gate, i) => {
    located(at(['gates', i]), () => checkGates([gate]))
  })
  spec.retrain?.when.forEach((trigger, i) => {
    if (typeof trigger === 'object' && 'cron' in trigger) {
      located(at(['retrain', 'when', i]), () => CronExpressionParser.parse(trigger.cron, { tz: 'UTC' }))
    }
  })
}

function located<T>(place: { line: number; col: number }, check: () => T): T {
  try {
    return check()
  } catch (thrown) {
    throw invalid(place, messageOf(thrown))
  }
}

function invalid(place: { line: number; col: number }, message: string): SlipwayError {
  const detail = `slipway.yaml, line ${place.line}, column ${place.col}: ${message}`
  return new SlipwayError('invalid_yaml', detail.endsWith('.') ? detail : `${detail}.`, {
    facts: { line: place.line, column: place.col },
  })
}
