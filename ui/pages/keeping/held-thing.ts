import { paths } from '../../paths.ts'

/** What a hold is asked for by: from the address of a page, or as it is written. */
export function linkedThing(text: string): string {
  const plain = text.trim().replace(/[?#].*$/, '')
  const version = /models\/([^/]+)\/versions\/(\d+)$/.exec(plain)
  if (version) return `models/${decoded(version[1] ?? '')}/${version[2]}`
  return /(?:^|\/)(runs\/[0-9a-f]{32})$/.exec(plain)?.[1] ?? plain
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The page of what is held, and what kind of thing it is. */
export function heldThing(
  project: string,
  of: string,
): { kind: string; path: string; search?: { experiment: string } } {
  const [kind, name = '', version] = of.split('/')
  if (kind === 'models')
    return { kind: 'model version', path: paths.modelVersion(project, name, Number(version)) }
  if (kind === 'experiments')
    return { kind: 'experiment', path: paths.runs(project), search: { experiment: name } }
  return { kind: 'run', path: paths.run(project, name) }
}
