import { parse } from 'yaml'
import type { Dependency } from '../../contract/models.ts'

/**
 * The packages that a requirements file names, as pip reads it: comments, options, environment markers and hashes are
 * left out. What is given by address alone keeps the address as its requirement.
 */
export function requirementsOf(text: string, file = 'requirements.txt'): Dependency[] {
  return text
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('-'))
    .flatMap((line) => {
      const found = requirementOf(line)
      return found === undefined ? [] : [{ ...found, file }]
    })
}

function requirementOf(line: string): { name: string; requirement: string } | undefined {
  const [spec = ''] = line.split(/\s+--|\s*;/)
  const [, name, extras = '', rest = ''] =
    /^([A-Za-z0-9][\w.-]*)\s*(\[[^\]]*\])?\s*(.*)$/.exec(spec.trim()) ?? []
  if (name === undefined) return undefined
  // As PEP 503 compares names.
  const normal = name.toLowerCase().replace(/[-_.]+/g, '-')
  return { name: `${normal}${extras}`, requirement: rest.replace(/\s+/g, '') }
}

/** Of a conda environment: its own packages and those of its `pip` part. */
export function condaOf(text: string, file = 'conda.yaml'): Dependency[] {
  const document = parsed(text)
  const listed: unknown = document?.dependencies
  if (!Array.isArray(listed)) return []
  return listed.flatMap((one: unknown) => {
    if (typeof one === 'string') {
      const [, name = '', requirement = ''] = /^([^=<>!~\s]+)\s*(.*)$/.exec(one) ?? []
      return name === ''
        ? []
        : [{ name: name.toLowerCase(), requirement: requirement.replace(/\s+/g, ''), file }]
    }
    const pip: unknown = typeof one === 'object' && one !== null && 'pip' in one ? one.pip : undefined
    if (!Array.isArray(pip)) return []
    return requirementsOf(pip.filter((line) => typeof line === 'string').join('\n'), file)
  })
}

/** Of MLflow's python_env.yaml: the interpreter. Its requirements point into requirements.txt. */
export function pythonOf(text: string, file = 'python_env.yaml'): Dependency[] {
  const python: unknown = parsed(text)?.python
  return typeof python === 'string' ? [{ name: 'python', requirement: `==${python}`, file }] : []
}

/** Of several files: where one declares a package already, later ones do not add it again. */
export function merged(lists: readonly (readonly Dependency[])[]): Dependency[] {
  const byName = new Map<string, Dependency>()
  for (const one of lists.flat()) if (!byName.has(one.name)) byName.set(one.name, one)
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
