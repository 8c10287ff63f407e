import {
  type EntityJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs'
import { roles } from '../../base/principal.ts'
import { keyOf, policyText, type Question, questions, schemaText } from './policy.ts'

/**
 * A process of its own for Cedar: it answers every question once, on standard output, and ends. Loading takes 0.1 s and
 * 48 MB, which a thread would leave behind in the server.
 */
const schema = schemaText()
const policies = { staticPolicies: policyText() }

const validation = validate({ schema, policies, validationSettings: { mode: 'strict' } })
const problems = validation.type === 'failure' ? validation.errors : validation.validationErrors
if (problems.length > 0) throw new Error(`The policies do not fit their schema: ${JSON.stringify(problems)}`)
for (const parsed of [preparseSchema('slipway', schema), preparsePolicySet('slipway', policies)]) {
  if (parsed.type === 'failure')
    throw new Error(`The policies can't be read: ${JSON.stringify(parsed.errors)}`)
}

/** Denied unless Cedar says allow without any error: it skips a policy that fails, also one that forbids. */
function allows(question: Question): boolean {
  const answer = statefulIsAuthorized({
    principal: { type: 'Caller', id: 'caller' },
    action: { type: 'Action', id: question.action },
    resource: { type: 'Place', id: 'place' },
    context: {},
    entities: [
      {
        uid: { type: 'Caller', id: 'caller' },
        attrs: { run_scoped: question.runScoped },
        parents: [{ type: 'Role', id: question.role }],
      },
      ...ladder,
    ],
    preparsedSchemaName: 'slipway',
    preparsedPolicySetId: 'slipway',
    validateRequest: true,
  })
  if (answer.type === 'failure') return false
  return answer.response.decision === 'allow' && answer.response.diagnostics.errors.length === 0
}

const ladder: EntityJson[] = roles.map((role, at) => ({
  uid: { type: 'Role', id: role },
  attrs: {},
  parents: roles.slice(Math.max(0, at - 1), at).map((lesser) => ({ type: 'Role', id: lesser })),
}))

process.stdout.write(JSON.stringify(questions().filter(allows).map(keyOf)))
