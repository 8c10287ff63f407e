import { createReadStream, existsSync } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { writeDurable } from '../../base/durable.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import type { JobFile, JobResult } from '../engine.ts'
import { type Ending, type JobDirectory, readState } from './layout.ts'
import { removeFiles } from './remove.ts'

const maxFiles = 100_000

type Files = readonly (JobFile & { size: number })[]

/**
 * Moves what an ended job has made into the blob store. May be run again at any time: the same bytes are the same
 * blobs, and what was taken over is remembered.
 */
export async function takeOver(directory: JobDirectory, ending: Ending, blobs: Blobs): Promise<JobResult> {
  const before = await readState<JobResult>(directory.result)
  if (before !== undefined) return withDates(before)
  if (ending.outcome !== 'succeeded') await removeFiles(directory)
  const log = existsSync(directory.log) ? await putFile(directory.log, blobs) : null
  const { startedAt, endedAt, ...rest } = ending
  const base = { ...rest, log, outputs: {}, startedAt: new Date(startedAt), endedAt: new Date(endedAt) }
  let result: JobResult = base
  if (ending.outcome === 'succeeded') {
    const outputs = await findOutputs(directory)
    if ('refused' in outputs) result = { ...base, outcome: 'failed', message: outputs.refused }
    else result = { ...base, outputs: await putOutputs(outputs.found, blobs) }
  }
  // A lost job may have lost its directory too.
  if (existsSync(directory.state)) await writeDurable(directory.result, JSON.stringify(result))
  return result
}

function withDates(stored: JobResult): JobResult {
  return { ...stored, startedAt: new Date(stored.startedAt), endedAt: new Date(stored.endedAt) }
}

async function putFile(path: string, blobs: Blobs) {
  return blobs.put(createReadStream(path))
}

interface Found {
  readonly output: string
  readonly path: string
  /** With links resolved. */
  readonly source: string
}

/** Finds the files of all outputs, through links that stay within the job's directory. */
async function findOutputs(directory: JobDirectory): Promise<{ found: Found[] } | { refused: string }> {
  const root = await realpath(directory.root)
  const found: Found[] = []
  const outputs = await readdir(directory.outputs, { withFileTypes: true })
  for (const output of outputs.filter((entry) => entry.isDirectory())) {
    const base = join(directory.outputs, output.name)
    for (const entry of await readdir(base, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) continue
      const full = join(entry.parentPath, entry.name)
      const path = full.slice(base.length + 1)
      const source = await realpath(full).catch(() => undefined)
      const refused = (why: string) => ({ refused: `The output "${output.name}/${path}" ${why}.` })
      if (source === undefined || !source.startsWith(root + sep))
        return refused('is a link that leads out of the job')
      if (!(await stat(source)).isFile()) return refused('is not a file')
      found.push({ output: output.name, path, source })
      if (found.length > maxFiles) return { refused: `The job wrote more than ${maxFiles} output files.` }
    }
  }
  return { found }
}

async function putOutputs(found: readonly Found[], blobs: Blobs): Promise<Record<string, Files>> {
  const outputs: Record<string, (JobFile & { size: number })[]> = {}
  for (const { output, path, source } of found) {
    const { digest, size } = await putFile(source, blobs)
    const files = outputs[output] ?? []
    files.push({ path, digest, size })
    outputs[output] = files
  }
  return outputs
}
