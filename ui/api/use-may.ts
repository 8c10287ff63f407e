import { useSuspenseQuery } from '@tanstack/react-query'
import { type Action, actions } from '../../src/base/permission.ts'
import { roles } from '../../src/base/principal.ts'
import { sessionQuery } from './queries.ts'

/** Whether the signed-in person's role permits an action. Only decides what is offered: the platform decides again. */
export function useMay(project: string, action: Action): boolean {
  const { data: me } = useSuspenseQuery(sessionQuery())
  if (me.platform_role === 'admin' || me.auth === 'none') return true
  const role = me.projects.find((each) => each.name === project)?.role
  return role !== undefined && roles.indexOf(role) >= roles.indexOf(actions[action])
}
