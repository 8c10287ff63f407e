import { MlflowError } from './failure.ts'
import { type Call, type Rpc, rpc, StatusAnswer } from './rpc.ts'
import { isAdministrator, refuse } from './who.ts'

const base = '/3.0/mlflow/workspaces'
const one = `${base}/:workspace`
const reserved = 'default'
const modes = ['RESTRICT', 'CASCADE', 'SET_DEFAULT'] as const
const fields = {
  description: { type: 'string' },
  default_artifact_root: { type: 'string' },
} as const

interface Workspace {
  readonly name: string
  readonly description: string
  readonly artifactRoot: string | null
}

function view({ name, description, artifactRoot }: Workspace) {
  return {
    workspace: {
      name,
      description: description === '' ? undefined : description,
      default_artifact_root: artifactRoot ?? undefined,
    },
  }
}

async function asAdministrator(call: Pick<Call, 'principal' | 'access'>): Promise<void> {
  if (!(await isAdministrator(call))) refuse()
}

/** Projects, as MLflow's clients know them. Their files go where the operator says, not where a client says. */
export const workspaceRpcs: readonly Rpc[] = [
  rpc('GET', base, 'anyone', {}, async (call) => {
    const found = await call.access.workspaces.list()
    const seen = (await isAdministrator(call))
      ? undefined
      : await call.access.workspaces.visible(call.principal)
    return {
      workspaces: found
        .filter(({ name }) => seen === undefined || seen.has(name))
        .map((each) => view(each).workspace),
    }
  }),
  rpc('POST', base, 'anyone', { name: { type: 'string', required: true }, ...fields }, async (call) => {
    await asAdministrator(call)
    const { name, description, default_artifact_root: root } = call.request
    if (name === reserved) {
      throw invalid(`The '${reserved}' workspace is reserved and cannot be created`)
    }
    checkName(name)
    refuseRoot(root)
    if ((await call.access.workspaces.list()).some((each) => each.name === name)) {
      throw new MlflowError('RESOURCE_ALREADY_EXISTS', `Workspace '${name}' already exists.`)
    }
    await call.access.workspaces.create(call.principal, { name, description: description ?? '' })
    return new StatusAnswer(201, view(await found(call, name)))
  }),
  rpc('GET', one, 'anyone', {}, async (call) => view(await found(call, nameOf(call)))),
  rpc('PATCH', one, 'anyone', fields, async (call) => {
    await asAdministrator(call)
    const { description, default_artifact_root: root } = call.request
    if (description === undefined && root === undefined) {
      throw invalid('Workspace update must have at least one key')
    }
    refuseRoot(root)
    await found(call, nameOf(call))
    if (description !== undefined) {
      await call.access.workspaces.describe(call.principal, nameOf(call), description)
    }
    return view(await found(call, nameOf(call)))
  }),
  rpc('DELETE', one, 'anyone', {}, async (call) => {
    await asAdministrator(call)
    const name = nameOf(call)
    if (name === reserved) throw invalid(`The '${reserved}' workspace is reserved and cannot be deleted`)
    checkName(name)
    const given = call.query.mode ?? 'RESTRICT'
    const mode = modes.find((each) => each === given)
    if (mode === undefined) {
      throw invalid(`Invalid deletion mode '${given}'. Must be one of: SET_DEFAULT, CASCADE, RESTRICT`)
    }
    if (mode === 'SET_DEFAULT') {
      throw new MlflowError(
        'FEATURE_DISABLED',
        'Workspace resources cannot be moved to another workspace: delete or keep them.',
      )
    }
    await found(call, name)
    const rest = await call.access.workspaces.remove(call.principal, name, {
      withContents: mode === 'CASCADE',
    })
    if (rest !== undefined) {
      throw new MlflowError(
        'RESOURCE_CONFLICT',
        `Cannot delete workspace '${name}': table '${rest.table}' still contains ${rest.count} resource(s). ` +
          'Remove or reassign them before deleting the workspace.',
      )
    }
    return new StatusAnswer(204)
  }),
]

function nameOf(call: Pick<Call, 'params'>): string {
  return call.params.workspace ?? ''
}

/** Fails with the same words for what is not there and for what the caller may not see. */
async function found(call: Pick<Call, 'principal' | 'access'>, name: string): Promise<Workspace> {
  if (name !== reserved) checkName(name)
  const workspace = (await call.access.workspaces.list()).find((each) => each.name === name)
  const open =
    workspace !== undefined &&
    ((await isAdministrator(call)) || (await call.access.workspaces.visible(call.principal)).has(name))
  if (workspace !== undefined && open) return workspace
  throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Workspace '${name}' not found`)
}

/** As MLflow's, but beginning with a letter: names stand in addresses and commands. */
const pattern = /^[a-z]([-a-z0-9]*[a-z0-9])?$/

function checkName(name: string): void {
  if (name.length < 2 || name.length > 63) {
    throw invalid(`Workspace name '${name}' must be between 2 and 63 characters.`)
  }
  if (!pattern.test(name)) {
    throw invalid(
      `Workspace name '${name}' must match the pattern ${pattern.source} (lowercase alphanumeric with optional internal hyphens).`,
    )
  }
  if (['workspaces', 'api', 'ajax-api', 'static-files'].includes(name)) {
    throw invalid(`Workspace name '${name}' is reserved and cannot be used.`)
  }
}

function refuseRoot(root: string | undefined): void {
  if (root === undefined || root.trim() === '') return
  throw new MlflowError(
    'FEATURE_DISABLED',
    "'default_artifact_root' cannot be chosen for a workspace: the operator chooses it for all, by SLIPWAY_ARTIFACT_ROOT.",
  )
}

function invalid(message: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', message)
}
