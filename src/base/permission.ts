import type { Role } from './principal.ts'

/**
 * What may be done, and the least role that may do it. On a project the role is the member's role there;
 * on the platform it is the user's own (only administrators have one).
 */
export const actions = {
  'project:read': 'viewer',
  'project:admin': 'admin',
  'data:read': 'viewer',
  'data:write': 'contributor',
  'runs:read': 'viewer',
  'runs:write': 'contributor',
  'imports:write': 'admin',
  'models:read': 'viewer',
  'models:write': 'contributor',
  'models:promote': 'operator',
  'notes:read': 'viewer',
  'notes:write': 'contributor',
  'pipelines:read': 'viewer',
  'pipelines:run': 'contributor',
  'deployments:read': 'viewer',
  'deployments:write': 'operator',
  'deployments:predict': 'viewer',
  'predictions:read': 'contributor',
  'labels:write': 'contributor',
  'monitoring:read': 'viewer',
  'monitoring:write': 'operator',
  'lines:read': 'viewer',
  'lines:write': 'operator',
  'approvals:decide': 'reviewer',
  'audit:read': 'reviewer',
  'platform:read': 'admin',
  'platform:admin': 'admin',
} as const satisfies Record<string, Role>

export type Action = keyof typeof actions

/** Every route names one. `public` needs no principal; `authenticated` any principal; `model-server` is for our own processes. */
export type Permission =
  | 'public'
  | 'authenticated'
  | 'model-server'
  | { readonly action: Action; readonly on: 'project' | 'platform' }
