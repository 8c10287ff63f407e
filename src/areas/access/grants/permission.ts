import { SlipwayError } from '../../../base/error.ts'
import type { Role } from '../../../base/principal.ts'

/** What may be granted on a thing, as MLflow names it. */
export const permissions = ['READ', 'USE', 'EDIT', 'MANAGE', 'NO_PERMISSIONS', 'DENY'] as const
export type Permission = (typeof permissions)[number]

/** What may be done with a thing. */
export type Capability = 'read' | 'use' | 'update' | 'delete' | 'manage'

/** How far each reaches. Contributors of a project may delete, but not share, what is not theirs. */
const levels = { none: 0, read: 1, use: 2, update: 3, delete: 4, manage: 5 } as const
export type Level = (typeof levels)[keyof typeof levels]

const levelOfPermission: Readonly<Record<Permission, Level>> = {
  DENY: 0,
  NO_PERMISSIONS: 0,
  READ: 1,
  USE: 2,
  EDIT: 3,
  MANAGE: 5,
}

export function levelOf(permission: Permission): Level {
  return levelOfPermission[permission]
}

export function allows(level: Level, capability: Capability): boolean {
  return level >= levels[capability]
}

/** The permission that says best what a level allows. */
export function named(level: Level): Permission {
  if (level >= levels.manage) return 'MANAGE'
  if (level >= levels.update) return 'EDIT'
  if (level >= levels.use) return 'USE'
  return level >= levels.read ? 'READ' : 'NO_PERMISSIONS'
}

/** What a role in the project allows on each of its things. */
export function levelOfRole(role: Role | undefined): Level {
  if (role === undefined) return levels.none
  if (role === 'admin') return levels.manage
  return role === 'viewer' ? levels.read : levels.delete
}

/** Types of things, and whether single ones can be granted or only all of a type. */
export const resourceTypes = {
  workspace: 'all',
  experiment: 'each',
  registered_model: 'each',
  prompt: 'each',
  scorer: 'each',
  gateway_secret: 'each',
  gateway_endpoint: 'each',
  gateway_model_definition: 'each',
  mcp_server: 'each',
  run: 'all',
  trace: 'all',
  assessment: 'all',
  logged_model: 'all',
  review_queue: 'all',
  registered_model_version: 'all',
  prompt_version: 'all',
  scorer_version: 'all',
  mcp_server_version: 'all',
} as const
export type ResourceType = keyof typeof resourceTypes

/** Fails with `invalid_argument` for what is no type. */
export function resourceType(text: string): ResourceType {
  if (Object.hasOwn(resourceTypes, text)) return text as ResourceType
  throw invalid(
    `Invalid resource type '${text}'. Valid resource types are: ${tuple(Object.keys(resourceTypes).toSorted())}`,
  )
}

/** Fails with `invalid_argument` for what cannot be granted there. */
export function checkGrant(type: ResourceType, resource: string, permission: string): Permission {
  const known = permissionOf(permission)
  const grantable = type === 'workspace' ? ['MANAGE', 'USE'] : ['DENY', 'EDIT', 'MANAGE', 'READ', 'USE']
  if (!grantable.includes(known)) {
    const what = type === 'workspace' ? 'Workspace-wide' : 'Resource-level'
    throw invalid(
      `Invalid permission '${permission}' for resource_type='${type}'. ${what} grants accept only: ${tuple(grantable)}.`,
    )
  }
  if (resource !== '*' && resourceTypes[type] === 'all') {
    throw invalid(
      `Invalid resource_pattern '${resource}' for resource_type='${type}'. ` +
        "This resource type supports only wildcard ('*') grants.",
    )
  }
  if (resource === '' || resource.length > 255 || resource.includes('\0')) {
    throw invalid(`Invalid resource_pattern '${resource.slice(0, 100)}'.`)
  }
  return known
}

export function permissionOf(text: string): Permission {
  const found = permissions.find((permission) => permission === text)
  if (found !== undefined) return found
  throw invalid(`Invalid permission '${text}'. Valid permissions are: ${tuple(permissions)}`)
}

function tuple(names: readonly string[]): string {
  return `(${names.map((name) => `'${name}'`).join(', ')})`
}

function invalid(message: string): SlipwayError {
  return new SlipwayError('invalid_argument', message)
}
