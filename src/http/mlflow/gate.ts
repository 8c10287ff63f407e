import type { FastifyRequest } from 'fastify'
import type { ProjectRef } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import type { Action, Permission } from '../../base/permission.ts'
import type { Principal } from '../../base/principal.ts'

/** The part of access that the adapter needs. */
export interface Gate {
  authenticate(caller: FastifyRequest): Promise<Principal | undefined>
  authorize(
    principal: Principal | undefined,
    permission: Permission,
    projectName?: string,
  ): Promise<ProjectRef | undefined>
  projectName(id: string): Promise<string | undefined>
}

export interface Passed {
  readonly principal: Principal
  readonly project: ProjectRef
}

/** A decision stands for this long: clients that log make thousands of calls with the same token. */
const trustMs = 1000
const mostKept = 1000

/**
 * Lets a call pass by its token (or name and password) and its workspace, which is a project. Without a workspace it is
 * the only project of the token, else `default`.
 */
export function createGate(access: Gate) {
  const kept = new Map<string, { passed: Passed; until: number }>()

  async function pass(request: FastifyRequest, action: Action): Promise<Passed> {
    const authorization = request.headers.authorization
    const workspace = textOf(request.headers['x-mlflow-workspace'])
    const key = authorization === undefined ? undefined : `${action}\n${workspace ?? ''}\n${authorization}`
    const known = key === undefined ? undefined : kept.get(key)
    if (known !== undefined && known.until > Date.now()) return known.passed
    const passed = await decide(request, action, workspace)
    if (key !== undefined) {
      if (kept.size >= mostKept) kept.clear()
      kept.set(key, { passed, until: Date.now() + trustMs })
    }
    return passed
  }

  async function decide(
    request: FastifyRequest,
    action: Action,
    workspace: string | undefined,
  ): Promise<Passed> {
    const principal = await access.authenticate(request)
    if (principal === undefined) throw new SlipwayError('unauthenticated', 'You are not authenticated.')
    const name = workspace ?? (await onlyProject(principal)) ?? 'default'
    const project = await access.authorize(principal, { action, on: 'project' }, name)
    if (project === undefined) throw new SlipwayError('not_found', `There is no project \`${name}\``)
    return { principal, project }
  }

  async function onlyProject(principal: Principal): Promise<string | undefined> {
    const id = principal.kind === 'system' ? undefined : principal.scope?.projectId
    return id === undefined ? undefined : await access.projectName(id)
  }

  return { pass }
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header : undefined
}
