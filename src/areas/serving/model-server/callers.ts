import { timingSafeEqual } from 'node:crypto'
import { hashSecret, tokenId } from '../../../base/token.ts'
import type { Snapshot } from '../../../contract/modelserver.ts'
import { Problem } from './protocol/problem.ts'

type TokenFacts = Snapshot['tokens'][number]

/** Which projects a caller's token opens. */
export interface Caller {
  readonly opens: (projectId: string) => boolean
}

const anyone: Caller = { opens: () => true }
const remembered = 10_000

/** Knows callers by the tokens of the snapshot. */
export class Callers {
  #auth: Snapshot['auth'] = 'token'
  #tokens = new Map<string, TokenFacts[]>()
  /** Headers that were right before: their hash need not be computed again. */
  #known = new Map<string, readonly TokenFacts[]>()

  use({ tokens, auth }: Pick<Snapshot, 'tokens' | 'auth'>): void {
    this.#auth = auth
    this.#tokens = Map.groupBy(tokens, (token) => token.id)
    this.#known = new Map()
  }

  /** Who shows this header. Throws a Problem with 401. */
  identify(authorization: string | undefined, now: number = Date.now()): Caller {
    if (this.#auth === 'none') return anyone
    if (authorization === undefined) throw refused('a bearer token is needed: Authorization: Bearer slp_…')
    const tokens = this.#known.get(authorization) ?? this.#check(authorization)
    const live = tokens.filter((token) => Date.parse(token.expires_at) > now)
    if (live.length === 0) throw refused('the bearer token has expired')
    return {
      opens: (projectId) => live.some((token) => token.project_id === null || token.project_id === projectId),
    }
  }

  #check(authorization: string): readonly TokenFacts[] {
    const text = /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? ''
    const id = tokenId(text)
    const tokens = id === undefined ? undefined : this.#tokens.get(id)
    const hash = Buffer.from(hashSecret(text))
    const right = tokens?.filter((token) => isSame(hash, Buffer.from(token.hash))) ?? []
    if (right.length === 0) throw refused('the bearer token is not valid')
    if (this.#known.size >= remembered) this.#known.clear()
    this.#known.set(authorization, right)
    return right
  }
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

function refused(message: string): Problem {
  return new Problem(401, message, { 'www-authenticate': 'Bearer' })
}
