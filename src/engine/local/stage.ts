import { constants } from 'node:fs'
import { chmod, copyFile, link, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize } from 'node:path'
import { asDiskFull, syncDirectory, systemCode, writeDurable } from '../../base/durable.ts'
import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { Blobs, Digest } from '../../blobs/blobs.ts'
import type { JobSpec } from '../engine.ts'
import { jobEnvironment } from './environment.ts'
import { type JobDirectory, jobDirectory, type Order, type Secrets } from './layout.ts'
import type { PythonSettings } from './python.ts'
import { stagingPrefix } from './remove.ts'

export interface Staging {
  readonly blobs: Blobs
  readonly jobs: string
  readonly logBytes: number
  readonly setupTimeoutMs: number
  readonly python: PythonSettings
  readonly path: string
}

/**
 * Makes a job's directory with all that its wrapper needs. It gets its name last, so a directory of that name is
 * complete and durable; when another made it first, theirs stays.
 */
export async function stage(spec: JobSpec, staging: Staging): Promise<void> {
  check(spec)
  const final = jobDirectory(join(staging.jobs, spec.name))
  const temporary = jobDirectory(join(staging.jobs, `${stagingPrefix}${uuidv7()}`))
  try {
    await mkdir(temporary.root, { recursive: true, mode: 0o700 })
    for (const path of [
      temporary.state,
      temporary.work,
      temporary.inputs,
      temporary.outputs,
      temporary.temporary,
    ]) {
      await mkdir(path, { mode: 0o700 })
    }
    for (const name of spec.outputs) await mkdir(join(temporary.outputs, name), { mode: 0o700 })
    await placeInputs(spec, temporary, staging.blobs)
    await writeOrder(spec, temporary, final, staging)
    await rename(temporary.root, final.root)
    await syncDirectory(staging.jobs)
  } catch (error) {
    await rm(temporary.root, { recursive: true, force: true })
    const code = systemCode(error)
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw asDiskFull(error, staging.jobs)
  }
}

function check(spec: JobSpec): void {
  const refuse = (detail: string) => new SlipwayError('invalid_argument', detail)
  if (!isName(spec.name)) throw refuse(`"${spec.name}" is not a name for a job.`)
  for (const name of [...spec.outputs, ...Object.keys(spec.inputs)]) {
    if (!isName(name)) throw refuse(`"${name}" is not a name for an input or output.`)
  }
  if (spec.command.length === 0) throw refuse('The job has no command.')
}

/** Names of directories: none that is hidden or leads elsewhere. */
export function isName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(name)
}

async function placeInputs(spec: JobSpec, directory: JobDirectory, blobs: Blobs): Promise<void> {
  if (spec.code !== undefined) await place(blobs, spec.code, directory.code)
  for (const [name, files] of Object.entries(spec.inputs)) {
    await mkdir(join(directory.inputs, name), { mode: 0o700 })
    for (const file of files) {
      const path = normalize(file.path)
      if (isAbsolute(path) || path === '.' || path.split('/').includes('..') || path.includes('\0')) {
        throw new SlipwayError('invalid_argument', `The input file "${file.path}" leaves its directory.`)
      }
      const target = join(directory.inputs, name, path)
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      await place(blobs, file.digest, target)
    }
  }
}

/**
 * Puts a blob at a path. A hard link costs nothing and keeps the bytes when a cache drops them, and its mode keeps an
 * ordinary user's job from changing the blob; root is kept by no mode, so its jobs get copies (shared by the file
 * system where it can).
 */
async function place(blobs: Blobs, digest: Digest, target: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const source = await blobs.localPath(digest)
    try {
      if (process.getuid?.() !== 0 && (await tryLink(source, target))) return
      await copyFile(source, target, constants.COPYFILE_FICLONE)
      await chmod(target, 0o444)
      return
    } catch (error) {
      // A cache may drop its copy between the two calls.
      if (systemCode(error) !== 'ENOENT' || tries === 2) throw error
    }
  }
}

async function tryLink(source: string, target: string): Promise<boolean> {
  try {
    await link(source, target)
    return true
  } catch (error) {
    if (['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'].includes(systemCode(error) ?? '')) return false
    throw error
  }
}

async function writeOrder(
  spec: JobSpec,
  at: JobDirectory,
  final: JobDirectory,
  staging: Staging,
): Promise<void> {
  const mark = uuidv7()
  const { installer, ...python } = staging.python
  const order: Order = {
    name: spec.name,
    mark,
    command: spec.command,
    hasCode: spec.code !== undefined,
    ...(spec.requirements !== undefined && { requirements: spec.requirements }),
    limits: spec.limits,
    logBytes: staging.logBytes,
    setupTimeoutMs: staging.setupTimeoutMs,
    python,
  }
  const environment = jobEnvironment(spec, final, mark, staging.path)
  const secrets: Secrets = { environment, installer }
  await writeDurable(at.secrets, JSON.stringify(secrets))
  await writeDurable(at.order, JSON.stringify(order))
  await syncDirectory(at.root)
}
