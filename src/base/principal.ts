export const roles = ['viewer', 'contributor', 'reviewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

/** Who acts. Every write and every route knows its principal. */
export type Principal =
  | {
      readonly kind: 'user'
      readonly id: string
      readonly name: string
      readonly tokenId?: string
      readonly scope?: TokenScope
    }
  | { readonly kind: 'job'; readonly id: string; readonly name: string; readonly scope: TokenScope }
  | { readonly kind: 'system'; readonly id: string; readonly name: string }

/** What a token may do at most: effective rights are the owner's, cut down to this. */
export interface TokenScope {
  /** The only project it opens; absent for all projects of its owner. */
  readonly projectId?: string
  /** The highest role it may act as. */
  readonly role?: Role
  /** A run-scoped token may write only to this run (and what hangs on it). */
  readonly runId?: string
}

/** A part of the platform acting on its own, for example a reconciler. */
export function system(name: string): Principal {
  return { kind: 'system', id: `system:${name}`, name }
}
