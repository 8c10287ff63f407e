import { isMap, isSeq, type Node } from 'yaml'
import type { Check, CheckKind, Severity } from './check.ts'
import { YamlText } from './yaml.ts'

const maxChecks = 1000
type Fields = ReadonlyMap<string, Node>

/** How one kind of check is written: its fields and, where it has one, the meaning of `kind: column`. */
interface Form {
  readonly fields: readonly string[]
  /** The short form `not_null: id` stands for `not_null: { columns: id }`. */
  readonly short?: 'columns'
  readonly read: (yaml: YamlText, fields: Fields, at: Node, severity: Severity) => Check
}

const forms: Readonly<Record<CheckKind, Form>> = {
  not_null: {
    fields: ['columns', 'at_least'],
    short: 'columns',
    read: (yaml, fields, at, severity) => ({ kind: 'not_null', severity, ...ofRows(yaml, fields, at) }),
  },
  between: {
    fields: ['columns', 'min', 'max', 'at_least'],
    read: (yaml, fields, at, severity) => ({
      kind: 'between',
      severity,
      ...ofRows(yaml, fields, at),
      ...bounds(yaml, fields, at),
    }),
  },
  in_set: {
    fields: ['columns', 'values', 'at_least'],
    read: (yaml, fields, at, severity) => ({
      kind: 'in_set',
      severity,
      ...ofRows(yaml, fields, at),
      values: yaml
        .items(need(yaml, fields, 'values', at), '"values"')
        .map((node) => yaml.scalar(node, 'A value')),
    }),
  },
  matches: {
    fields: ['columns', 'pattern', 'at_least'],
    read: (yaml, fields, at, severity) => ({
      kind: 'matches',
      severity,
      ...ofRows(yaml, fields, at),
      pattern: pattern(yaml, need(yaml, fields, 'pattern', at)),
    }),
  },
  mean: {
    fields: ['columns', 'min', 'max'],
    read: (yaml, fields, at, severity) => ({
      kind: 'mean',
      severity,
      columns: columns(yaml, fields, at),
      ...bounds(yaml, fields, at),
    }),
  },
  unique: {
    fields: ['columns'],
    short: 'columns',
    read: (yaml, fields, at, severity) => ({ kind: 'unique', severity, columns: columns(yaml, fields, at) }),
  },
  row_count: {
    fields: ['min', 'max'],
    read: (yaml, fields, at, severity) => ({ kind: 'row_count', severity, ...bounds(yaml, fields, at) }),
  },
  columns: {
    fields: ['columns'],
    short: 'columns',
    read: (yaml, fields, at, severity) => ({ kind: 'columns', severity, columns: columns(yaml, fields, at) }),
  },
  type: {
    fields: ['columns', 'is'],
    read: (yaml, fields, at, severity) => ({
      kind: 'type',
      severity,
      columns: columns(yaml, fields, at),
      is: yaml.oneOf(need(yaml, fields, 'is', at), '"is"', ['number', 'category', 'text', 'time', 'boolean']),
    }),
  },
  fresh: {
    fields: ['columns', 'within'],
    read: (yaml, fields, at, severity) => ({
      kind: 'fresh',
      severity,
      columns: columns(yaml, fields, at),
      within_ms: duration(yaml, need(yaml, fields, 'within', at)),
    }),
  },
}

/**
 * Reads a checks.yaml: a list `checks`, each item one check and, if it should not stop a line, `severity: warning`.
 * Fails with `invalid_yaml`, naming line and column.
 */
export function parseChecks(text: string): Check[] {
  const yaml = new YamlText(text)
  const list = isSeq(yaml.root) ? yaml.root : checksOf(yaml)
  const items = yaml.items(list, '"checks"')
  if (items.length > maxChecks) yaml.fail(list, `There are more than ${maxChecks} checks.`)
  return items.map((item) => parseCheck(yaml, item))
}

function checksOf(yaml: YamlText): Node {
  const found = yaml.entries(yaml.root, 'The file', ['version', 'checks']).find(({ key }) => key === 'checks')
  return found?.value ?? yaml.fail(yaml.root, 'The file needs a list "checks".')
}

function parseCheck(yaml: YamlText, item: Node): Check {
  const kinds = Object.keys(forms) as CheckKind[]
  const entries = yaml.entries(item, 'A check', [...kinds, 'severity'])
  const severities = entries.filter(({ key }) => key === 'severity')
  const severity = severities[0] && yaml.oneOf(severities[0].value, '"severity"', ['critical', 'warning'])
  const [check, second] = entries.filter(({ key }) => key !== 'severity')
  if (check === undefined) return yaml.fail(item, `A check needs one of ${kinds.join(', ')}.`)
  if (second !== undefined) {
    return yaml.fail(second.keyNode, `"${second.key}" must be an item of its own: put "- " before it.`)
  }
  const form: Form = forms[check.key as CheckKind]
  return form.read(yaml, fieldsOf(yaml, check.key, check.value, form), check.keyNode, severity ?? 'critical')
}

function fieldsOf(yaml: YamlText, kind: string, value: Node, form: Form): Fields {
  if (!isMap(value) && form.short !== undefined) return new Map([[form.short, value]])
  return new Map(yaml.entries(value, `"${kind}"`, form.fields).map(({ key, value }) => [key, value]))
}

function need(yaml: YamlText, fields: Fields, name: string, at: Node): Node {
  return fields.get(name) ?? yaml.fail(at, `"${name}" is missing.`)
}

function columns(yaml: YamlText, fields: Fields, at: Node): string[] {
  const node = need(yaml, fields, 'columns', at)
  if (!isSeq(node)) return [String(yaml.scalar(node, '"columns"'))]
  const names = yaml.items(node, '"columns"').map((item) => String(yaml.scalar(item, 'A column')))
  return names.length > 0 ? names : yaml.fail(node, '"columns" is empty.')
}

function ofRows(yaml: YamlText, fields: Fields, at: Node): { columns: string[]; at_least: number } {
  const node = fields.get('at_least')
  const share = node === undefined ? 1 : yaml.number(node, '"at_least"')
  if (share < 0 || share > 1) yaml.fail(node, '"at_least" must be between 0 and 1.')
  return { columns: columns(yaml, fields, at), at_least: share }
}

function bounds(yaml: YamlText, fields: Fields, at: Node): { min?: number; max?: number } {
  const [min, max] = ['min', 'max'].map((name) => {
    const node = fields.get(name)
    return node && yaml.number(node, `"${name}"`)
  })
  if (min === undefined && max === undefined) yaml.fail(at, '"min" or "max" is missing.')
  if (min !== undefined && max !== undefined && min > max)
    yaml.fail(fields.get('min'), '"min" is above "max".')
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
}

function pattern(yaml: YamlText, node: Node): string {
  const source = yaml.text(node, '"pattern"')
  try {
    new RegExp(source)
    return source
  } catch {
    return yaml.fail(node, `"${source}" is not a regular expression.`)
  }
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function duration(yaml: YamlText, node: Node): number {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(yaml.text(node, '"within"')) ?? []
  const factor = units[unit ?? '']
  if (factor === undefined) return yaml.fail(node, '"within" must be a time such as 90m, 12h or 7d.')
  return Number(amount) * factor
}
