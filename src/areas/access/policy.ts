import { type Action, actions } from '../../base/permission.ts'
import { type Role, roles } from '../../base/principal.ts'

/** What a decision depends on; nothing else does, so that decisions can be kept. */
export interface Question {
  readonly role: Role
  readonly runScoped: boolean
  readonly action: Action
}

/** What the token of a run may do besides reading what viewers may read. */
const runActions: readonly Action[] = ['runs:write', 'models:write']

const allActions = Object.keys(actions) as Action[]
const quoted = (list: readonly string[]): string => list.map((each) => `Action::"${each}"`).join(', ')

/** The Cedar schema: policies that do not fit it are refused before they decide anything. */
export function schemaText(): string {
  return `
entity Role in [Role];
entity Caller in [Role] = { run_scoped: Bool };
entity Place;
${allActions.map((action) => `action "${action}" appliesTo { principal: [Caller], resource: [Place] };`).join('\n')}
`
}

/** The Cedar policies, made from the table of actions: each role may do what it or a lesser role is the least for. */
export function policyText(): string {
  const permits = roles
    .map((role) => ({ role, granted: allActions.filter((action) => actions[action] === role) }))
    .filter(({ granted }) => granted.length > 0)
    .map(
      ({ role, granted }) =>
        `permit(principal in Role::"${role}", action in [${quoted(granted)}], resource);`,
    )
  const open = allActions.filter((action) => actions[action] === 'viewer' || runActions.includes(action))
  return `${permits.join('\n')}
forbid(principal, action, resource) when { principal.run_scoped } unless { action in [${quoted(open)}] };
`
}

/** Every question there is. */
export function questions(): Question[] {
  return roles.flatMap((role) =>
    [false, true].flatMap((runScoped) => allActions.map((action) => ({ role, runScoped, action }))),
  )
}

export function keyOf({ role, runScoped, action }: Question): string {
  return `${role} ${runScoped ? 'run' : 'any'} ${action}`
}
