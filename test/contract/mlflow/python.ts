import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..', '..', '..')
const requirements = join(import.meta.dirname, 'requirements.txt')

/** A Python with MLflow's client, made once for each text of the requirements and kept in `.cache/`. */
export async function mlflowPython(): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12)
  const home = join(root, '.cache', `mlflow-client-${digest}`)
  const python = join(home, 'bin', 'python')
  if (await exists(join(home, 'complete'))) return python
  await rm(home, { recursive: true, force: true })
  await mkdir(join(root, '.cache'), { recursive: true })
  await run(process.env.SLIPWAY_PYTHON ?? 'python3', ['-m', 'venv', home])
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'uv'])
  await run(join(home, 'bin', 'uv'), ['pip', 'install', '--quiet', '--python', python, '-r', requirements])
  await mkdir(join(home, 'making'))
  await rename(join(home, 'making'), join(home, 'complete'))
  return python
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
