import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import type { Blobs } from '../../blobs/blobs.ts'
import type { VersionContents } from '../../contract/models.ts'
import { condaOf, merged, pythonOf, requirementsOf } from './dependencies.ts'
import type { ModelFile } from './model.ts'

/** Descriptions are small; what is larger is something else. */
const mostBytes = 1_000_000
const mostExample = 32 * 1024

/** Reads what the files of a version say about themselves: flavors, dependencies and input example. */
export async function contentsOf(
  blobs: Pick<Blobs, 'localPath'>,
  files: readonly ModelFile[],
): Promise<VersionContents> {
  const described = mlmodelOf(files)
  const directory = described === undefined ? '' : described.path.slice(0, -'MLmodel'.length)
  const read = async (name: string) => {
    const file = files.find((one) => one.path === `${directory}${name}`) ?? alone(files, name)
    return file === undefined || file.size > mostBytes ? '' : await textOf(blobs, file)
  }
  const mlmodel = parsed(described === undefined ? '' : await textOf(blobs, described))
  const [requirements, python, conda] = await Promise.all(
    ['requirements.txt', 'python_env.yaml', 'conda.yaml'].map(read),
  )
  return {
    flavors: flavorsOf(mlmodel.flavors),
    dependencies: merged([requirementsOf(requirements ?? ''), pythonOf(python ?? ''), condaOf(conda ?? '')]),
    example: await exampleOf(blobs, files, directory, mlmodel.saved_input_example_info),
  }
}

/** The MLmodel file nearest to the root. */
export function mlmodelOf(files: readonly ModelFile[]): ModelFile | undefined {
  return files
    .filter((file) => /(^|\/)MLmodel$/.test(file.path) && file.size <= mostBytes)
    .sort((a, b) => a.path.length - b.path.length)[0]
}

/** Its text; the bytes are checked against their digest when they are fetched. */
export async function textOf(blobs: Pick<Blobs, 'localPath'>, file: ModelFile): Promise<string> {
  return await readFile(await blobs.localPath(file.digest), 'utf8')
}

function alone(files: readonly ModelFile[], name: string): ModelFile | undefined {
  const found = files.filter((file) => file.path === name || file.path.endsWith(`/${name}`))
  return found.length === 1 ? found[0] : undefined
}

function flavorsOf(flavors: unknown): VersionContents['flavors'] {
  if (typeof flavors !== 'object' || flavors === null) return []
  return Object.entries(flavors).map(([name, about]: [string, unknown]) => {
    const found = typeof about === 'object' && about !== null ? Object.entries(about) : []
    // sklearn_version, onnx_version, …; pyfunc has its python_version.
    const version = found.find(
      ([key]) => key === `${name}_version` || /^(py|xgb|lgb)?[a-z]*_version$/.test(key),
    )?.[1]
    return { name, version: version === undefined ? null : String(version) }
  })
}

async function exampleOf(
  blobs: Pick<Blobs, 'localPath'>,
  files: readonly ModelFile[],
  directory: string,
  info: unknown,
): Promise<VersionContents['example']> {
  const named =
    typeof info === 'object' && info !== null && 'artifact_path' in info
      ? String(info.artifact_path)
      : undefined
  const names = [named, 'input_example.json', 'serving_input_example.json'].filter(
    (name) => name !== undefined,
  )
  const file = names.map((name) => files.find((one) => one.path === `${directory}${name}`)).find(Boolean)
  if (file === undefined || file.size > mostBytes) return null
  const text = await textOf(blobs, file)
  return { path: file.path, text: text.slice(0, mostExample), truncated: text.length > mostExample }
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
