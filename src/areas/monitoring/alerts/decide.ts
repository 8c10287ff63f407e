export type Decision = 'open' | 'resolve' | 'nothing'

/**
 * What the latest windows ask for. Several in a row must agree, so that a model at the edge of its limit does not open
 * and resolve with each window.
 */
export function decideAlert(
  newestFirst: readonly ('good' | 'bad')[],
  rule: { readonly open_after: number; readonly resolve_after: number },
  isOpen: boolean,
): Decision {
  const all = (count: number, verdict: 'good' | 'bad') =>
    newestFirst.length >= count && newestFirst.slice(0, count).every((one) => one === verdict)
  if (!isOpen && all(rule.open_after, 'bad')) return 'open'
  if (isOpen && all(rule.resolve_after, 'good')) return 'resolve'
  return 'nothing'
}
