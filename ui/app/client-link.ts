/** What MLflow's clients print after a run, for example `http://host/#/experiments/3/runs/ab12…`. */
export interface ClientLink {
  readonly experiment: string
  readonly run: string | undefined
}

/** Reads the part of such an address after `#`. */
export function clientLink(hash: string): ClientLink | undefined {
  const found = /^#?\/experiments\/(\d{1,18})(?:\/runs\/([0-9a-f]{32}))?(?:[/?]|$)/.exec(hash)
  return found?.[1] === undefined ? undefined : { experiment: found[1], run: found[2] }
}
