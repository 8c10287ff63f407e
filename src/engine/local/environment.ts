import { join } from 'node:path'
import type { JobSpec } from '../engine.ts'
import type { JobDirectory } from './layout.ts'

/** The variable by which every process of a job is known to be one. */
export const markVariable = 'SLIPWAY_JOB_MARK'

/** Libraries that would otherwise start as many threads as the machine has cores. */
const threadVariables = [
  'OMP_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'MKL_NUM_THREADS',
  'VECLIB_MAXIMUM_THREADS',
  'NUMEXPR_NUM_THREADS',
  'NUMBA_NUM_THREADS',
  'RAYON_NUM_THREADS',
  'POLARS_MAX_THREADS',
  'GOMAXPROCS',
  'LOKY_MAX_CPU_COUNT',
]

/** The whole environment of a job's command: the contract, and nothing of the platform's own. */
export function jobEnvironment(
  spec: JobSpec,
  directory: JobDirectory,
  mark: string,
  path: string,
): Record<string, string> {
  const threads = String(Math.max(1, Math.ceil(spec.limits.cpu)))
  return {
    PATH: path,
    LANG: 'C.UTF-8',
    HOME: directory.work,
    TMPDIR: directory.temporary,
    // Lines appear in the live log when they are printed, not when a buffer is full.
    PYTHONUNBUFFERED: '1',
    ...Object.fromEntries(threadVariables.map((name) => [name, threads])),
    ...spec.env,
    ...paramVariables(spec.params),
    SLIPWAY_PARAMS: JSON.stringify(spec.params),
    SLIPWAY_INPUTS: directory.inputs,
    SLIPWAY_OUTPUTS: directory.outputs,
    SLIPWAY_JOB: spec.name,
    [markVariable]: mark,
  }
}

function paramVariables(params: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(params).map(([name, value]) => [
    `SLIPWAY_PARAM_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  return Object.fromEntries(entries)
}

/** Puts a Python environment first, as its `activate` does. */
export function withPython(
  environment: Readonly<Record<string, string>>,
  directory: string,
): Record<string, string> {
  return { ...environment, VIRTUAL_ENV: directory, PATH: `${join(directory, 'bin')}:${environment.PATH}` }
}

const installerVariable = /^(PIP_|UV_|SSL_CERT_|REQUESTS_CA_BUNDLE$|CURL_CA_BUNDLE$|(HTTPS?|ALL|NO)_PROXY$)/i

/** The operator's settings for installing Python packages: indexes, proxies, certificates. */
export function installerEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const chosen: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && installerVariable.test(name)) chosen[name] = value
  }
  return chosen
}
