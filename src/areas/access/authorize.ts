import type { ProjectRef } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import { actions, type Permission } from '../../base/permission.ts'
import type { Principal } from '../../base/principal.ts'
import type { Store } from '../../store/store.ts'
import type { Decisions } from './decisions.ts'
import { standingOn } from './reader.ts'
import { effectiveRole, isRunScoped } from './role.ts'

/**
 * Lets the call pass or throws `unauthenticated`, `forbidden` or `not_found`. Answers the project that the call is
 * about. Who has no role in a project is told that there is none: names of others' projects are not for guessing.
 */
export async function authorize(
  deps: { store: Store; decisions: Decisions },
  principal: Principal | undefined,
  permission: Permission,
  projectName?: string,
): Promise<ProjectRef | undefined> {
  if (permission === 'public') return undefined
  if (principal === undefined) throw new SlipwayError('unauthenticated', 'This needs you to be logged in.')
  if (permission === 'authenticated') return undefined
  if (permission === 'model-server') {
    if (principal.id === 'system:model-server') return undefined
    throw new SlipwayError('forbidden', 'Only model servers may do this.')
  }
  const { action, on } = permission
  const asked = on === 'project' ? (projectName ?? '') : null
  const userId = principal.kind === 'user' ? principal.id : null
  const { project, ...standing } = await standingOn(deps.store.read, userId, asked)
  if (asked !== null && project === undefined) throw unknown(asked)
  const role = effectiveRole(principal, standing, project?.id ?? null)
  if (role === undefined && asked !== null) throw unknown(asked)
  if (
    role === undefined ||
    !(await deps.decisions.allows({ role, runScoped: isRunScoped(principal), action }))
  ) {
    const place = asked === null ? 'on the platform' : `in project \`${asked}\``
    throw new SlipwayError('forbidden', `\`${principal.name}\` may not do this ${place}.`, {
      facts: { action, needs: actions[action], has: role ?? null },
    })
  }
  return project
}

function unknown(project: string): SlipwayError {
  return new SlipwayError('not_found', `There is no project \`${project}\` that you may see.`)
}
