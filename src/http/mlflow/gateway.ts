import { MlflowError } from './failure.ts'
import { type Call, type Rpc, rpc } from './rpc.ts'

const message = { gateway_path: { type: 'string' } } as const

/** MLflow's pages ask here for language models behind a gateway of MLflow's. There is none: the list is empty. */
export const gatewayRpcs: readonly Rpc[] = (['GET', 'POST'] as const).map((method) =>
  rpc(method, '/2.0/mlflow/gateway-proxy', 'runs:read', message, async (call) => {
    checkPath(call, method)
    return { endpoints: [] }
  }),
)

function checkPath({ request }: Pick<Call<typeof message>, 'request'>, method: 'GET' | 'POST'): void {
  const path = request.gateway_path
  if (!path) throw invalid('Deployments proxy request must specify a gateway_path.')
  const plain = path.replace(/^\/+|\/+$/g, '')
  const known = method === 'GET' ? plain === 'api/2.0/endpoints' : /^gateway\/[^/]+\/invocations$/.test(plain)
  if (!known) throw invalid(`Invalid gateway_path: ${path} for method: ${method}`)
}

function invalid(text: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', text)
}
