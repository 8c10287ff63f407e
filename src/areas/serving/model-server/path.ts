/** What a path of the inference port names. */
export type Target =
  | { readonly kind: 'server' | 'live' | 'ready' | 'models' | 'metrics' }
  | {
      readonly kind: 'model' | 'modelReady' | 'infer'
      readonly model: string
      readonly version: string | undefined
    }

const fixed = new Map<string, Target>([
  ['/v2', { kind: 'server' }],
  ['/v2/', { kind: 'server' }],
  ['/v2/health/live', { kind: 'live' }],
  ['/v2/health/ready', { kind: 'ready' }],
  ['/v2/models', { kind: 'models' }],
  ['/metrics', { kind: 'metrics' }],
])

const actions = { '': 'model', '/ready': 'modelReady', '/infer': 'infer' } as const
const ofModel = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(\/ready|\/infer)?$/

/** Undefined for paths that are none of ours. */
export function parsePath(url: string): Target | undefined {
  const end = url.indexOf('?')
  const path = end < 0 ? url : url.slice(0, end)
  const known = fixed.get(path)
  if (known) return known
  const [, model, version, action = ''] = ofModel.exec(path) ?? []
  const name = model === undefined ? undefined : decoded(model)
  if (name === undefined) return undefined
  return { kind: actions[action as keyof typeof actions], model: name, version }
}

function decoded(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

export function methodOf(target: Target): 'GET' | 'POST' {
  return target.kind === 'infer' ? 'POST' : 'GET'
}
