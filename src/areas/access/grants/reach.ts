import type { Role } from '../../../base/principal.ts'
import {
  allows,
  type Capability,
  type Level,
  levelOf,
  levelOfRole,
  type Permission,
  type ResourceType,
} from './permission.ts'

export interface Grant {
  readonly type: string
  readonly resource: string
  readonly permission: Permission
}

/** How far someone reaches in a project: by a role there, and by grants. */
export interface Reach {
  readonly role: Role | undefined
  readonly grants: readonly Grant[]
  /** What those may do with others' things who belong to the project without a role. */
  readonly standard: Permission
}

export interface Thing {
  readonly type: ResourceType
  readonly id: string
}

/** Who belongs to the project may make things in it. */
export function belongs({ role, grants }: Reach): boolean {
  return role !== undefined || grants.some(({ type }) => type === 'workspace')
}

export function administers({ role, grants }: Reach): boolean {
  return role === 'admin' || grants.some((one) => one.type === 'workspace' && one.permission === 'MANAGE')
}

/** Whether no grant can take anything away from what the role allows: then nothing is asked about single things. */
export function isUnlimited(reach: Reach): boolean {
  if (administers(reach)) return true
  return reach.role !== undefined && reach.grants.every(({ permission }) => permission !== 'DENY')
}

/**
 * How much someone may do with a thing: the most that the role, a grant on it or on all of its type says; the standard
 * permission when none of these says anything; and nothing when a grant denies it.
 */
export function levelOn(reach: Reach, { type, id }: Thing): Level {
  if (administers(reach)) return 5
  const matching = reach.grants.filter(
    (grant) => grant.type === type && (grant.resource === '*' || grant.resource === id),
  )
  if (matching.some(({ permission }) => permission === 'DENY')) return 0
  const spoken = matching.length > 0 || reach.role !== undefined
  const standard = !spoken && belongs(reach) ? levelOf(reach.standard) : 0
  return Math.max(
    standard,
    levelOfRole(reach.role),
    ...matching.map(({ permission }) => levelOf(permission)),
  ) as Level
}

/**
 * Whether someone may do something with a thing that lies within others (a run in its experiment): what is granted on
 * any of them counts, and so does what is denied. From the innermost to the outermost.
 */
export function mayOn(reach: Reach, capability: Capability, things: readonly Thing[]): boolean {
  if (administers(reach)) return true
  const denied = things.some(({ type, id }) =>
    reach.grants.some(
      (grant) =>
        grant.permission === 'DENY' &&
        grant.type === type &&
        (grant.resource === '*' || grant.resource === id),
    ),
  )
  return !denied && things.some((thing) => allows(levelWithin(reach, thing, things), capability))
}

/** Of what can only be granted as a whole, the standard permission is that of where it lies. */
function levelWithin(reach: Reach, thing: Thing, things: readonly Thing[]): Level {
  if (thing === things.at(-1)) return levelOn(reach, thing)
  const own = reach.grants.filter(
    (grant) => grant.type === thing.type && (grant.resource === '*' || grant.resource === thing.id),
  )
  return Math.max(0, ...own.map(({ permission }) => levelOf(permission))) as Level
}

/** Which things of a type someone may see: all but some, or some only. */
export interface Visible {
  readonly all: boolean
  /** Those that are an exception to it. */
  readonly except: readonly string[]
}

export function visible(reach: Reach, type: ResourceType): Visible {
  const inGeneral = allows(levelOn(reach, { type, id: '*' }), 'read')
  const named = [...new Set(reach.grants.filter((grant) => grant.type === type).map((one) => one.resource))]
  const except = named.filter(
    (id) => id !== '*' && allows(levelOn(reach, { type, id }), 'read') !== inGeneral,
  )
  return { all: inGeneral, except }
}

export function isVisible({ all, except }: Visible, id: string): boolean {
  return except.includes(id) !== all
}
