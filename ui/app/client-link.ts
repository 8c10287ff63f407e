/** What MLflow's clients print, for example `http://host/#/experiments/3/runs/ab12…` after a run. */
export type ClientLink =
  | { readonly kind: 'experiment'; readonly experiment: string }
  | { readonly kind: 'run'; readonly run: string }
  | { readonly kind: 'model'; readonly model: string; readonly version: string | undefined }

/** Reads the part of such an address after `#`. */
export function clientLink(hash: string): ClientLink | undefined {
  const tracked = /^#?\/experiments\/(\d{1,18})(?:\/runs\/([0-9a-f]{32}))?(?:[/?]|$)/.exec(hash)
  if (tracked?.[2] !== undefined) return { kind: 'run', run: tracked[2] }
  if (tracked?.[1] !== undefined) return { kind: 'experiment', experiment: tracked[1] }
  const model = /^#?\/models\/([^/?]+)(?:\/versions\/(\d{1,9}))?(?:[/?]|$)/.exec(hash)
  if (model?.[1] === undefined) return undefined
  return { kind: 'model', model: decoded(model[1]), version: model[2] }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
